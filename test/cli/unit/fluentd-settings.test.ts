import { expect, test } from "bun:test";
import { join } from "node:path";
import { fluentdOptions } from "../../../cli/project/fluentd-settings.ts";
import { openProject } from "../../../cli/project/open-project.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

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
    ".env": "MLT_LOGGING__FLUENTD__SHARED_KEY=a-key\nMLT_LOGGING__FLUENTD__PASSWORD=a-password\n",
  });
  expect(await fluentdOptions(await openProject(dir.path))).toEqual({
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
