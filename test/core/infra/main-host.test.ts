import { expect, test } from "bun:test";
import { mainHost } from "../../../core/infra/main-host.ts";

test.each([
  [[], undefined],
  [["localhost"], "localhost"],
  [["admin@logs.example.org:2222", "10.0.0.6"], "logs.example.org"],
  [["root@[fd00::5]:22"], "fd00::5"],
])("mainHost() of %p is %p", (hosts, host) => {
  expect(mainHost({ hosts })).toBe(host);
});

test("mainHost() knows none where an inventory has the hosts", () => {
  expect(mainHost({ hosts: ["10.0.0.5"], inventory: "hosts.yml" })).toBeUndefined();
});
