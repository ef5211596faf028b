import { expect, test } from "bun:test";
import { certificateNames } from "../../../core/infra/certificate-names.ts";

const always = ["localhost", "127.0.0.1", "::1", "search"];

test.each([
  ["127.0.0.1", [], []],
  ["10.0.0.5", [], ["10.0.0.5"]],
  ["0.0.0.0", [], ["laptop"]],
  ["::", ["admin@logs.example.org:2222", "10.0.0.6"], ["logs.example.org"]],
  ["10.0.0.5", ["root@[fd00::5]:22"], ["10.0.0.5", "fd00::5"]],
  ["127.0.0.1", ["localhost"], []],
])("certificateNames() on %s of %p has how the machine is called: %p", (bind, hosts, others) => {
  const names = certificateNames({ services: ["search"], hostname: "laptop", infra: { bind, hosts } });
  expect(names).toEqual([...always, ...others]);
});
