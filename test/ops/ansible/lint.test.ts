import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const playbooks = join(import.meta.dirname, "../../../ops/ansible");

testWith(
  ["ansible-lint"],
  "ansible-lint finds nothing in the playbooks by its profile for production",
  () => {
    using dir = tempDir();
    cpSync(playbooks, join(dir.path, "ansible"), { recursive: true });
    const { status, stdout, stderr } = spawnSync(
      "ansible-lint",
      ["--offline", "--nocolor", "--strict", "--profile", "production", "ansible"],
      { cwd: dir.path, encoding: "utf8", env: { ...process.env, ANSIBLE_HOME: dir.path } },
    );
    expect(`${stdout}${stderr}`).toContain("Passed: 0 failure(s), 0 warning(s)");
    expect(status).toBe(0);
  },
  240_000,
);

testWith(["ansible-playbook"], "Ansible of this machine takes every playbook", () => {
  for (const name of ["up", "down", "status"]) {
    const { status } = spawnSync(
      "ansible-playbook",
      ["--syntax-check", "-i", "localhost,", join(playbooks, `${name}.yml`)],
      {
        env: { ...process.env, ANSIBLE_LOCALHOST_WARNING: "0" },
      },
    );
    expect([name, status]).toEqual([name, 0]);
  }
});
