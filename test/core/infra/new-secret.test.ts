import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { newSecret } from "../../../core/infra/new-secret.ts";

test("newSecret() has each kind of character, none that needs quoting, and is another each time", () => {
  const secrets = Array.from({ length: 500 }, () => newSecret(randomBytes));
  for (const secret of secrets) {
    expect(secret).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/);
    for (const kind of [/[A-Z]/, /[a-z]/, /[0-9]/, /[-_]/]) expect(secret).toMatch(kind);
  }
  expect(new Set(secrets).size).toBe(500);
});

test("newSecret() takes other bytes where the first make a secret without a digit", () => {
  // Byte 0 is A; 0 to 63 in their order are the whole alphabet, of which 20 to 62 are U to Z, a to z, 0 to 9 and the hyphen.
  const draws = [new Uint8Array(43), Uint8Array.from({ length: 43 }, (_, index) => index + 20)];
  const next = () => draws.shift() ?? new Uint8Array(43);
  expect(newSecret(next)).toBe("UVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
});
