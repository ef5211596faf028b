import { expect, test } from "bun:test";
import { inventoryText } from "../../../adapters/ansible/inventory.ts";

test("inventoryText() makes the first host the main one, and has the others join it", () => {
  expect(JSON.parse(inventoryText(["admin@10.0.0.5:2222", "10.0.0.6", "me@[fd00::7]:22"]))).toEqual({
    all: {
      children: {
        mlt_main: {
          hosts: {
            "10.0.0.5:2222": { ansible_host: "10.0.0.5", ansible_user: "admin", ansible_port: 2222 },
          },
        },
        mlt_nodes: {
          hosts: {
            "10.0.0.6": { ansible_host: "10.0.0.6" },
            "[fd00::7]:22": { ansible_host: "fd00::7", ansible_user: "me", ansible_port: 22 },
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
