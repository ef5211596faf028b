import { expect, test } from "bun:test";
import { isSecretName } from "../../../core/config/secret-name.ts";

test.each([
  "password",
  "db_password",
  "dbPassword",
  "PASSWD",
  "token",
  "accessToken",
  "client_secret",
  "credentials",
  "key",
  "keys",
  "api_key",
  "apikey",
  "apiKey",
  "ssh-key",
  "MLT_STORE__KEY",
])("isSecretName() takes %p for a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(["port", "keyboard", "monkey", "Keyword", "hockey_team", "pass", ""])(
  "isSecretName() does not take %p for a secret",
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);
