import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "../../../adapters/openssl.ts";
import { runEfkSetup } from "../../support/efk-setup.ts";
import { type SearchEngine, stackFiles, stacksFolder } from "../../support/stack-files.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

testWith(["shellcheck"], "shellcheck finds nothing in the scripts of the stacks", () => {
  const args = [
    "--severity=style",
    "--external-sources",
    ...stackFiles(".sh").map((name) => join(stacksFolder, name)),
  ];
  const { status, stdout } = spawnSync("shellcheck", args, {
    encoding: "utf8",
    cwd: join(stacksFolder, "efk"),
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

interface Request {
  readonly line: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** Answers every request, and keeps it. */
function standIn(answer: (request: Request) => Response) {
  const requests: Request[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(asked) {
      const { pathname, search } = new URL(asked.url);
      const request = {
        line: `${asked.method} ${pathname}${search}`,
        authorization: asked.headers.get("authorization"),
        body: await asked.text(),
      };
      requests.push(request);
      return answer(request);
    },
  });
  return { requests, url: `http://127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}

/** What every process of the machine was started with. */
function commandLines(): string {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(commandLine).join("\n");
}

function commandLine(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, "utf8");
  } catch {
    // It has ended since.
    return "";
  }
}

const basic = (user: string) => `Basic ${Buffer.from(`${user}:admin-secret`).toString("base64")}`;

testWith(
  ["curl", "linux"],
  "a script asks by the administrator's password, and shows it to no other process",
  async () => {
    using dir = tempDir();
    let seen = "";
    using server = standIn(() => {
      seen = commandLines();
      return new Response("{}");
    });
    const command = ["ask.sh", "GET", `${server.url}/_cluster/health`];
    const { exitCode, stdout } = await runEfkSetup({ engine: "opensearch", dir: dir.path, command });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "{}\n" });
    expect(server.requests[0]?.authorization).toBe(basic("admin"));
    expect(seen).toContain("/_cluster/health");
    expect(seen).not.toContain("admin-secret");
  },
);

testWith(
  ["curl", "openssl"],
  "a script asks by HTTPS only who has the certificate that its secrets name",
  async () => {
    using dir = tempDir();
    const identity = await selfSigned({ commonName: "a", names: ["127.0.0.1"], days: 2 }, process.env);
    const other = await selfSigned({ commonName: "a", names: ["127.0.0.1"], days: 2 }, process.env);
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: identity,
      fetch: () => new Response("{}"),
    });
    const ask = (efk_authority: string) =>
      runEfkSetup({
        ...{ engine: "opensearch", dir: dir.path, secrets: { efk_authority } },
        command: ["ask.sh", "GET", `https://127.0.0.1:${server.port}/_cluster/health`],
      });
    expect(await ask(identity.cert)).toEqual({ exitCode: 0, stdout: "{}\n", stderr: "" });
    const refused = await ask(other.cert);
    expect([refused.exitCode === 0, refused.stdout]).toEqual([false, ""]);
    expect(refused.stderr).toContain("SSL certificate problem");
  },
);

testWith(["curl"], "a script ends with 1 and says what was answered where that is no success", async () => {
  using dir = tempDir();
  using server = standIn(() => new Response('{"status":"UNAUTHORIZED"}', { status: 401 }));
  const command = ["ask.sh", "GET", `${server.url}/_cluster/health?timeout=5s`];
  expect(await runEfkSetup({ engine: "elasticsearch", dir: dir.path, command })).toEqual({
    exitCode: 1,
    stdout: '{"status":"UNAUTHORIZED"}\n',
    stderr: `GET ${server.url}/_cluster/health answered 401\n`,
  });
});

const secrets = {
  search_fluentd_password: "fluentd-secret",
  search_dashboards_password: "dashboards-secret",
};

/** The requests of a set-up that a stand-in answers, each a success but those for what is not there yet. */
async function setUp(engine: SearchEngine, days: string, isThere: (line: string) => boolean) {
  using dir = tempDir();
  using server = standIn(({ line }) =>
    /^(GET|HEAD) /.test(line) && !isThere(line)
      ? new Response("{}", { status: 404 })
      : new Response('{"_id":"mlt-retention","_seq_no":7,"_primary_term":2,"acknowledged":true}'),
  );
  const environment = { MLT_SEARCH_URL: server.url, MLT_RETENTION_DAYS: days };
  const command = ["setup-search.sh"];
  const { exitCode, stdout, stderr } = await runEfkSetup({
    engine,
    dir: dir.path,
    command,
    environment,
    secrets,
  });
  const today = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return {
    exitCode,
    output: stdout + stderr,
    lines: server.requests.map(({ line }) => line.replace(today, "TODAY")),
    bodyOf: (start: string) =>
      JSON.parse(server.requests.find(({ line }) => line.startsWith(start))?.body ?? "null"),
  };
}

testWith(
  ["curl"],
  "OpenSearch, for which a stand-in answers, is told user, types and retention",
  async () => {
    const { exitCode, output, lines, bodyOf } = await setUp("opensearch", "30", () => false);
    expect({ exitCode, lines }).toEqual({
      exitCode: 0,
      lines: [
        "PUT /_plugins/_security/api/roles/mlt_fluentd",
        "PUT /_plugins/_security/api/internalusers/mlt_fluentd",
        "PUT /_plugins/_security/api/rolesmapping/mlt_fluentd",
        "PUT /_component_template/mlt-records",
        "PUT /_index_template/mlt-records",
        "GET /_plugins/_ism/policies/mlt-retention",
        "PUT /_plugins/_ism/policies/mlt-retention",
        "HEAD /fluentd-TODAY",
        "PUT /fluentd-TODAY",
      ],
    });
    expect(output).not.toContain("secret");
    expect(bodyOf("PUT /_plugins/_security/api/internalusers").password).toBe(
      secrets.search_fluentd_password,
    );
    expect(bodyOf("PUT /_plugins/_ism").policy.states[0].transitions).toEqual([
      { state_name: "removed", conditions: { min_index_age: "30d" } },
    ]);
  },
);

testWith(
  ["curl"],
  "OpenSearch, for which a stand-in answers, has its retention changed where it has one",
  async () => {
    const { exitCode, lines, bodyOf } = await setUp("opensearch", "0", () => true);
    expect(exitCode).toBe(0);
    expect(lines.slice(-4)).toEqual([
      "GET /_plugins/_ism/policies/mlt-retention",
      "PUT /_plugins/_ism/policies/mlt-retention?if_seq_no=7&if_primary_term=2",
      "POST /_plugins/_ism/change_policy/fluentd-*",
      "HEAD /fluentd-TODAY",
    ]);
    expect(bodyOf("PUT /_plugins/_ism").policy.states[0].transitions).toEqual([]);
  },
);

testWith(
  ["curl"],
  "Elasticsearch, for which a stand-in answers, is told users, types and retention",
  async () => {
    const { exitCode, output, lines, bodyOf } = await setUp("elasticsearch", "30", () => false);
    expect({ exitCode, lines }).toEqual({
      exitCode: 0,
      lines: [
        "POST /_security/user/kibana_system/_password",
        "PUT /_security/role/mlt_fluentd",
        "PUT /_security/user/mlt_fluentd",
        "PUT /_ilm/policy/mlt-retention",
        "PUT /_component_template/mlt-records",
        "PUT /_component_template/mlt-retention",
        "PUT /_index_template/mlt-records",
        "HEAD /fluentd-TODAY",
        "PUT /fluentd-TODAY",
      ],
    });
    expect(output).not.toContain("secret");
    expect(bodyOf("POST /_security/user/kibana_system").password).toBe(secrets.search_dashboards_password);
    expect(bodyOf("PUT /_security/user/mlt_fluentd").password).toBe(secrets.search_fluentd_password);
    expect(bodyOf("PUT /_ilm").policy.phases.delete).toEqual({ min_age: "30d", actions: { delete: {} } });
  },
);

testWith(
  ["curl"],
  "Elasticsearch, for which a stand-in answers, keeps indexes where no days are set",
  async () => {
    const { bodyOf } = await setUp("elasticsearch", "0", () => false);
    expect(bodyOf("PUT /_ilm")).toEqual({ policy: { phases: { hot: { actions: {} } } } });
  },
);

for (const [engine, header] of [
  ["opensearch", "osd-xsrf"],
  ["elasticsearch", "kbn-xsrf"],
] as const) {
  testWith(
    ["curl"],
    `the dashboard is sent whole to Dashboards of ${engine}, for which a stand-in answers`,
    async () => {
      using dir = tempDir();
      let sent: readonly [string | null, string] | undefined;
      const server = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        async fetch(request) {
          const file = (await request.formData()).get("file");
          sent = [request.headers.get(header), file instanceof Blob ? await file.text() : ""];
          return Response.json({ success: true, successCount: 11 });
        },
      });
      const environment = { MLT_DASHBOARDS_URL: `http://127.0.0.1:${server.port}` };
      const { exitCode } = await runEfkSetup({
        engine,
        dir: dir.path,
        command: ["setup-dashboards.sh"],
        environment,
      });
      await server.stop(true);
      expect(exitCode).toBe(0);
      expect(sent).toEqual(["true", readFileSync(join(stacksFolder, "efk/saved-objects.ndjson"), "utf8")]);
    },
  );
}

testWith(["curl"], "a dashboard of which a part is not taken fails the setup", async () => {
  using dir = tempDir();
  using server = standIn(() => Response.json({ success: false, errors: [{ id: "mlt-latency" }] }));
  const environment = { MLT_DASHBOARDS_URL: server.url };
  const command = ["setup-dashboards.sh"];
  const { exitCode, stderr } = await runEfkSetup({
    engine: "opensearch",
    dir: dir.path,
    command,
    environment,
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'Cannot import all of the dashboard: {"success":false,"errors":[{"id":"mlt-latency"}]}\n',
  });
});

test("no file of the stacks holds a password", () => {
  for (const name of [...stackFiles(".yaml"), ...stackFiles(".yml"), ...stackFiles(".conf")]) {
    const text = readFileSync(join(stacksFolder, name), "utf8");
    for (const [line = ""] of text.matchAll(/^.*\b(password|shared_key|encryptionKey)\b[:= ].*$/gim)) {
      if (/^\s*#/.test(line)) continue;
      expect([name, line]).toEqual([
        name,
        expect.stringMatching(/\$\{MLT_|\$\{\w+\}"?$|File\.read\(|: true|_FILE:|secret: |: anonymous$/),
      ]);
    }
  }
});
