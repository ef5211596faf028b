import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { configKeys } from "../../../core/config/config-keys.ts";
import { isSecret, isSecretName } from "../../../core/config/secret-name.ts";

test.each([
  ["key_file", Type.String({ secret: false }), false],
  ["key_file", Type.String(), true],
  ["key_file", undefined, true],
  ["port", Type.Integer({ secret: true }), true],
  ["port", Type.Integer(), false],
])("isSecret() of %p by the schema %j is %p", (name, schema, secret) => {
  expect(isSecret(name, schema)).toBe(secret);
});

test("of all settings, those that let somebody in or stand for what is hidden are secrets", () => {
  const secrets = configKeys.filter(({ fileVariable }) => fileVariable !== undefined);
  expect(secrets.map(({ name }) => name)).toEqual([
    "serve.api_keys",
    "logging.hash_salt",
    "logging.fluentd.shared_key",
    "logging.fluentd.password",
    "logging.mongodb.uri",
    "image.password",
  ]);
});

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
