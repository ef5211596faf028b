import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readProject } from "../../../../cli/project/open-project.ts";
import { type PodSettings, podSettings } from "../../../../cli/project/release/pod-settings.ts";
import { ExitCode } from "../../../../core/errors.ts";
import { failure } from "../../../support/failure.ts";
import { tempDir } from "../../../support/temp-dir.ts";

interface Here {
  readonly environment?: Record<string, string>;
  readonly dotenv?: string;
  readonly secrets?: Record<string, Record<string, string>>;
}

async function settings(config: string, { environment = {}, dotenv = "", secrets = {} }: Here = {}) {
  using dir = tempDir();
  await Bun.write(join(dir.path, "config.yaml"), config);
  await Bun.write(join(dir.path, ".env"), dotenv);
  const project = await readProject(dir.path, { flags: {}, environment });
  const given = Object.entries(secrets).map(([name, values]) => ({ name, type: "Opaque", values }));
  return podSettings(project, config, given);
}

const key = "0123456789abcdef";
const shown = ({ config: { serve } }: PodSettings) => [serve.max_rows, serve.api_keys];

describe("podSettings()", () => {
  test("are those of config.yaml and the Secrets, the last of which wins, and not those of this machine", async () => {
    const found = await settings("serve: {max_rows: 5}\ndeploy: {replicas: 9}\n", {
      environment: { MLT_SERVE__MAX_ROWS: "6" },
      secrets: {
        one: { MLT_SERVE__API_KEYS: "other-0123456789", "tls.crt": "PEM" },
        two: { MLT_SERVE__API_KEYS: key },
      },
    });
    expect(shown(found)).toEqual([5, [key]]);
    expect(found.configText).toBe("serve:\n  max_rows: 5\n");
  });

  test("warn of what is set here alone, but for what the image sets or no service reads", async () => {
    const { warnings } = await settings("{}", {
      environment: { MLT_SERVE__MAX_ROWS: "6", MLT_SERVE__PORT: "80", MLT_TRAIN__SEED: "7" },
      dotenv: `MLT_SERVE__API_KEYS=${key}\nMLT_LOGGING__MONGODB__URI=mongodb://db\n`,
      secrets: { db: { MLT_LOGGING__MONGODB__URI_FILE: "/run/secrets/uri" } },
    });
    expect(warnings).toEqual([
      "MLT_SERVE__MAX_ROWS is set here, and the pods do not have it: set it in config.yaml, or in a Secret of deploy.secrets",
      "MLT_SERVE__API_KEYS is set here, and the pods do not have it: set it in a Secret of deploy.secrets",
    ]);
  });

  test.each([
    [
      "serve: {tls_cert_file: cert.pem, tls_key_file: key.pem}",
      "serve.tls_cert_file is set, and the pods do not have that file",
    ],
    [
      "logging: {fluentd: {host: efk, tls: true, tls_ca_file: ca.pem}}",
      'logging.fluentd.tls_ca_file is "ca.pem", and the pods do not have that file',
    ],
  ])("refuse a file that pods do not have: %s", async (config, message) => {
    const error = await failure(() => settings(config));
    expect([error.message, error.exitCode]).toEqual([message, ExitCode.input]);
  });

  test.each([
    "{serve: {tls_cert_file: cert.pem, tls_key_file: key.pem}, deploy: {tls_secret: iris-tls}}",
    "logging: {fluentd: {host: efk, tls: true, tls_ca_file: /etc/ssl/certs/ca.pem}}",
  ])("take what the Secret or the base of the image brings: %s", async (config) => {
    expect((await settings(config)).warnings).toEqual([]);
  });

  test("name the Secret that sets what is no setting, and not its value", async () => {
    const secrets = { keys: { MLT_SERVE__API_KEYS: "hunter2" } };
    const error = await failure(() => settings("{}", { secrets }));
    expect(error.message).toStartWith('Secret "keys": Expected each entry of MLT_SERVE__API_KEYS to be');
    expect(error.message).not.toContain("hunter2");
  });
});
