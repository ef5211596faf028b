import { expect, test } from "bun:test";
import { withoutSecrets } from "../../../core/infra/without-secrets.ts";

test.each([
  ["login hunter2 refused", ["hunter2\n"], "login (a secret) refused"],
  ["  token: abcdef", ["kind: Config\n  token: abcdef\n"], "  (a secret)"],
  // The longer one whole, though the shorter one is in it.
  ["pass-word pass", ["pass", "pass-word"], "(a secret) (a secret)"],
  ["a } b", ["a\n}\n", ""], "a } b"],
])("withoutSecrets() of %j and %j is %j", (text, secrets, hidden) => {
  expect(withoutSecrets(text, secrets)).toBe(hidden);
});
