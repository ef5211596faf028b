import { expect, test } from "bun:test";
import { join } from "node:path";
import { fluentdOptions } from "../../../cli/project/fluentd-settings.ts";
import { openProject } from "../../../cli/project/open-project.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** The project with secrets that are variables: in this process, those would be there for other tests as well. */
async function projectWith(
  dir: string,
  secrets: { readonly shared_key?: string; readonly password: string },
) {
  const { root, config } = await openProject(dir);
  const { logging } = config;
  return {
    root,
    config: { ...config, logging: { ...logging, fluentd: { ...logging.fluentd, ...secrets } } },
  };
}

test("fluentdOptions() are those of the section logging.fluentd", async () => {
  using dir = tempDir();
  await dir.write({
    "config.yaml": `logging:
  base_log_name: iris
  fluentd:
    host: "[::1]"
    standby_hosts: [fluentd-1, "fluentd-2:24225"]
    ack_timeout: 1.5
    username: mlt
`,
  });
  const secrets = { shared_key: "a-key", password: "a-password" };
  expect(await fluentdOptions(await projectWith(dir.path, secrets))).toEqual({
    servers: [
      { host: "::1", port: 24_224 },
      { host: "fluentd-1", port: 24_224 },
      { host: "fluentd-2", port: 24_225 },
    ],
    baseLogName: "iris",
    ackTimeoutMs: 1_500,
    tls: undefined,
    security: { sharedKey: "a-key", username: "mlt", password: "a-password" },
  });
});

test("fluentdOptions() has a user also where there is no shared key", async () => {
  using dir = tempDir();
  await dir.write({ "config.yaml": "logging: { fluentd: { host: f, username: mlt } }\n" });
  const options = await fluentdOptions(await projectWith(dir.path, { password: "a-password" }));
  expect(options?.security).toEqual({ sharedKey: "", username: "mlt", password: "a-password" });
});

test("fluentdOptions() are none where no host is set", async () => {
  using dir = tempDir();
  await dir.write({ "config.yaml": "logging: { enabled: true }\n" });
  expect(await fluentdOptions(await openProject(dir.path))).toBeUndefined();
});

test("fluentdOptions() looks for the authority's file beside config.yaml, where TLS is spoken", async () => {
  using dir = tempDir();
  const section = (tls: boolean) => `logging:\n  fluentd: { host: f, tls: ${tls}, tls_ca_file: ca.pem }\n`;
  await dir.write({ "config.yaml": section(true) });
  const error = await failure(async () => fluentdOptions(await openProject(dir.path)));
  expect(error.message).toBe(`Cannot read the authority's certificate "${join(dir.path, "ca.pem")}"`);
  await dir.write({ "config.yaml": section(false) });
  expect(await fluentdOptions(await openProject(dir.path))).toMatchObject({ tls: undefined });
});
