import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inventoryText } from "../../../adapters/ansible/inventory.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const playbooks = join(import.meta.dirname, "../../../ops/ansible");

test("inventoryText() makes the first host the main one, and has the others join it", () => {
  expect(JSON.parse(inventoryText(["admin@10.0.0.5:2222", "10.0.0.6", "me@[fd00::7]:22"]))).toEqual({
    all: {
      children: {
        mlt_main: {
          hosts: {
            "10.0.0.5_2222": { ansible_host: "10.0.0.5", ansible_user: "admin", ansible_port: 2222 },
          },
        },
        mlt_nodes: {
          hosts: {
            "10.0.0.6": { ansible_host: "10.0.0.6" },
            "fd00--7_22": { ansible_host: "fd00::7", ansible_user: "me", ansible_port: 22 },
          },
        },
      },
    },
  });
});

test("inventoryText() reaches this machine without SSH", () => {
  expect(JSON.parse(inventoryText(["localhost"]))).toEqual({
    all: {
      children: {
        mlt_main: { hosts: { localhost: { ansible_connection: "local" } } },
        mlt_nodes: { hosts: {} },
      },
    },
  });
});

testWith(
  ["ansible-playbook"],
  "inventoryText() names two ports of one address, and Ansible knows them apart",
  () => {
    using dir = tempDir();
    const path = join(dir.path, "hosts.yml");
    writeFileSync(path, inventoryText(["10.0.0.5:1", "10.0.0.5:2", "[fd00::7]:22", "fd.example.org"]));
    const listed = execFileSync(
      "ansible-playbook",
      ["-i", path, "--list-hosts", join(playbooks, "status.yml")],
      {
        encoding: "utf8",
      },
    );
    const names = [...listed.matchAll(/^ {6}(\S+)$/gm)].map(([, name]) => name);
    expect([...new Set(names)].sort()).toEqual(["10.0.0.5_1", "10.0.0.5_2", "fd.example.org", "fd00--7_22"]);
  },
);
