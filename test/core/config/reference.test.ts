import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { configKeys } from "../../../core/config/config-keys.ts";
import { configJsonSchema, configurationReference } from "../../../core/config/reference.ts";

describe("configurationReference()", () => {
  test("is what docs/configuration.md holds; `npm run docs` writes it anew", async () => {
    const path = new URL("../../../docs/configuration.md", import.meta.url);
    expect(await readFile(path, "utf8")).toBe(configurationReference());
  });

  test("describes every setting, with its default unless it has none", () => {
    for (const { name, schema, variable, fileVariable } of configKeys) {
      const row = configurationReference()
        .split("\n")
        .find((line) => line.startsWith(`| \`${name}\` |`));
      const names = [variable, fileVariable].filter((each) => each !== undefined);
      expect(row).toContain(`| ${names.map((each) => `\`${each}\``).join(" or ")} |`);
      expect(schema.description?.length).toBeGreaterThan(10);
      const absent = [
        "train.command",
        "train.n_rows",
        "train.threads",
        "train.split.column",
        "train.folds",
        "serve.workers",
        "serve.api_keys",
        "serve.tls_cert_file",
        "serve.tls_key_file",
        "logging.enabled",
        "logging.base_log_name",
        "logging.hash_salt",
        "logging.fluentd.host",
        "logging.fluentd.tls_ca_file",
        "logging.fluentd.shared_key",
        "logging.fluentd.username",
        "logging.fluentd.password",
        "logging.mongodb.uri",
        "logging.mongodb.ttl_days",
        "image.registry",
        "image.repository",
        "image.name",
        "image.tag",
        "image.username",
        "image.password",
        "deploy.release",
        "deploy.context",
        "deploy.ingress.host",
        "deploy.ingress.class",
        "deploy.ingress.tls_secret",
        "deploy.gateway.name",
        "deploy.gateway.namespace",
        "deploy.gateway.host",
        "deploy.resources.limits.cpu",
        "deploy.tls_secret",
        "deploy.spool.storage_class",
        "deploy.values",
        "infra.inventory",
        "infra.registry",
        "infra.jenkins.url",
        "infra.jenkins.repository",
        "infra.jenkins.min_metric",
        "infra.efk.tls_cert_file",
        "infra.efk.tls_key_file",
        "infra.efk.tls_ca_file",
      ];
      if (!absent.includes(name)) expect(row).toContain(`| \`${JSON.stringify(schema.default)}\` |`);
    }
  });
});

describe("configJsonSchema()", () => {
  test("requires no key, allows no other, and keeps defaults and descriptions", () => {
    const schema = configJsonSchema();
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
      properties: {
        serve: {
          type: "object",
          additionalProperties: false,
          properties: {
            port: {
              type: "integer",
              minimum: 0,
              maximum: 65_535,
              default: 5_000,
              description: "Port to listen on; 0 takes a free one",
            },
          },
        },
      },
    });
    const text = JSON.stringify(schema);
    expect(text).not.toContain('"required"');
    expect(text).not.toContain('"expected"');
    expect(text).not.toContain('"secret"');
  });

  test("has no place for a secret", () => {
    expect(JSON.stringify(configJsonSchema())).not.toContain("api_keys");
  });

  test("has nothing that JSON cannot hold", () => {
    expect(configJsonSchema()).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });
});
