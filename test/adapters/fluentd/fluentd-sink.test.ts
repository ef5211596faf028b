import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EventTime, FluentServer, type FluentServerOptions } from "@fluent-org/logger";
import type { FluentdOptions } from "../../../adapters/fluentd/fluentd-options.ts";
import { fluentdSink } from "../../../adapters/fluentd/fluentd-sink.ts";
import { reachFluentd } from "../../../adapters/fluentd/reach-fluentd.ts";
import { ExitCode } from "../../../core/errors.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import { record } from "../../contract/prediction-sink.ts";
import { testAuthority } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { launch } from "../../support/mlt.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

/** Sends records with options, both JSON, and says what came of it. */
const sender = join(import.meta.dirname, "../../support/send-to-fluentd.ts");

const iris = (row: number, requestId = "0f9e1c1a"): LogRecord => ({
  event: "predict",
  // 2026-11-24T19:13:44.123Z
  timeMs: Date.UTC(2026, 10, 24, 19, 13, 44, 123) + row,
  key: `${requestId}:${row}`,
  fields: {
    schema_version: 1,
    timestamp: "2026-11-24T20:13:44.123+01:00",
    request_id: requestId,
    row,
    event: "predict",
    ID: `A-${row}`,
    model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
    model_name: "iris",
    model_creation_time: "2026-11-24T03:00:00.000Z",
    class_1: "setosa",
    proba_1: 0.98,
  },
});

interface Entry {
  readonly tag: string;
  readonly time: EventTime;
  readonly record: Readonly<Record<string, unknown>>;
}

async function fluentServer(options: FluentServerOptions = {}, host = "127.0.0.1") {
  const entries: Entry[] = [];
  const server = new FluentServer({ ...options, listenOptions: { port: 0, host } });
  server.on("entry", (tag: string, time: EventTime, fields: Entry["record"]) =>
    entries.push({ tag, time, record: fields }),
  );
  await server.listen();
  const { port } = server;
  if (port === undefined) throw new Error("The server has no port");
  return { entries, port, [Symbol.asyncDispose]: () => server.close() };
}

const optionsOf = (port: number, more: Partial<FluentdOptions> = {}): FluentdOptions => ({
  servers: [{ host: "127.0.0.1", port }],
  ackTimeoutMs: 2_000,
  connectTimeoutMs: 2_000,
  ...more,
});

/** Sends, and closes whatever comes of it. */
async function send(options: FluentdOptions, records: readonly LogRecord[]): Promise<void> {
  const sink = fluentdSink(options);
  try {
    expect(await sink.write(records)).toEqual([]);
  } finally {
    await sink.close();
  }
}

describe("fluentdSink() with FluentServer", () => {
  test("sends records of iris under iris.predict, with the time that makes the index fluentd-YYYYMMDD", async () => {
    await using server = await fluentServer();
    await send(optionsOf(server.port), [iris(0), iris(1)]);
    expect(server.entries.map(({ tag }) => tag)).toEqual(["iris.predict", "iris.predict"]);
    expect(server.entries.map(({ record: fields }) => fields)).toEqual([iris(0).fields, iris(1).fields]);
    const [first] = server.entries;
    expect(first?.record).toMatchObject({
      ID: "A-0",
      class_1: "setosa",
      proba_1: 0.98,
      model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
      model_creation_time: "2026-11-24T03:00:00.000Z",
      timestamp: "2026-11-24T20:13:44.123+01:00",
    });
    // logstash_format of fluent-plugin-elasticsearch: prefix, separator, and the event's time in UTC by logstash_dateformat.
    const { epoch = 0, nano } = first?.time ?? {};
    const day = new Date(epoch * 1_000).toISOString().slice(0, 10).replaceAll("-", "");
    expect(`fluentd-${day}`).toBe("fluentd-20261124");
    expect(nano).toBe(123_000_000);
  });

  test("puts the configured name before the event", async () => {
    await using server = await fluentServer();
    const feedback: LogRecord = { ...iris(1), event: "feedback" };
    await send(optionsOf(server.port, { baseLogName: "shop.prices" }), [iris(0), feedback]);
    expect(server.entries.map(({ tag }) => tag)).toEqual(["shop.prices.predict", "shop.prices.feedback"]);
  });

  test("takes a name of DNS", async () => {
    await using server = await fluentServer();
    await send(optionsOf(0, { servers: [{ host: "localhost", port: server.port }] }), [iris(0)]);
    expect(server.entries).toHaveLength(1);
  });

  test("keeps the order of a request whose records fill several chunks", async () => {
    await using server = await fluentServer();
    const note = "x".repeat(200_000);
    const rows = Array.from({ length: 20 }, (_, row) => record("wide", row, { model_name: "iris", note }));
    await send(optionsOf(server.port), rows);
    expect(server.entries.map(({ record: fields }) => fields["row"])).toEqual([...rows.keys()]);
  });

  const security = {
    serverHostname: "fluentd.test",
    sharedKey: "a-key-that-both-know",
    authorize: true,
    userDict: { mlt: "the-password" },
  };
  const known = { sharedKey: "a-key-that-both-know", username: "mlt", password: "the-password" };

  test("proves the shared key and the user", async () => {
    await using server = await fluentServer({ security });
    await send(optionsOf(server.port, { security: known }), [iris(0)]);
    expect(server.entries).toHaveLength(1);
  });

  test("proves the shared key to a server that asks for no user", async () => {
    await using server = await fluentServer({ security: { ...security, authorize: false } });
    await send(optionsOf(server.port, { security: { sharedKey: known.sharedKey } }), [iris(0)]);
    expect(server.entries).toHaveLength(1);
  });

  test.each([
    [
      "another key",
      { ...known, sharedKey: "another-key" },
      "it refuses the shared key: shared key mismatch",
      /SHARED_KEY/,
    ],
    [
      "another password",
      { ...known, password: "guessed" },
      "it refuses the user: username/password mismatch",
      /PASSWORD/,
    ],
    [
      "no user",
      { sharedKey: known.sharedKey },
      "it refuses the user: missing authentication information",
      /USERNAME/,
    ],
    ["no key", undefined, "it asks for a shared key", /SHARED_KEY/],
  ])(
    "tells a server with security that it was given %s, without a secret",
    async (_, given, clause, hint) => {
      await using server = await fluentServer({ security });
      const options = optionsOf(server.port, { security: given });
      const error = await failure(() => send(options, [iris(0)]));
      const place = `Fluentd at "127.0.0.1:${server.port}": ${clause}`;
      expect(error.message).toBe(`Cannot deliver predictions to ${place}`);
      expect(error.hint).toMatch(hint);
      expect(error.exitCode).toBe(ExitCode.external);
      expect(server.entries).toEqual([]);
      const [reached] = await reachFluentd(options);
      expect(reached?.failure?.message).toBe(`Cannot reach ${place}`);
    },
  );

  test("sends nothing to a server that does not prove that it knows the shared key", async () => {
    await using server = await fluentServer();
    const options = optionsOf(server.port, { security: known, connectTimeoutMs: 100 });
    const error = await failure(() => send(options, [iris(0)]));
    expect(error.message).toEndWith("it asks for no shared key within 0.1 s");
    expect(server.entries).toEqual([]);
  });

  testWith(["openssl"], "speaks TLS, and only with a server that its authority vouches for", async () => {
    using dir = tempDir();
    const authority = testAuthority(dir.path);
    authority.issue("server");
    using elsewhere = tempDir();
    const other = testAuthority(elsewhere.path);
    const read = (name: string) => readFileSync(join(dir.path, name), "utf8");
    const tlsOptions = { cert: read("server.pem"), key: read("server.key") };
    await using server = await fluentServer({ security, tlsOptions }, "0.0.0.0");
    const withCa = (ca: string | undefined, host = "127.0.0.1") =>
      optionsOf(0, { servers: [{ host, port: server.port }], tls: { ca }, security: known });
    await send(withCa(authority.root), [iris(0)]);
    await send(withCa(`${other.root}${authority.root}`, "localhost"), [iris(1)]);
    expect(server.entries).toHaveLength(2);

    for (const ca of [other.root, undefined]) {
      const error = await failure(() => send(withCa(ca), [iris(2)]));
      expect(error.message).toContain(`127.0.0.1:${server.port}": its certificate is not trusted: `);
      expect(error.hint).toContain("logging.fluentd.tls_ca_file");
    }
    // 127.0.0.2 leads to the same server, and is not in its certificate.
    const elsewhereNamed = await failure(() => send(withCa(authority.root, "127.0.0.2"), [iris(2)]));
    expect(elsewhereNamed.message).toContain("its certificate is not trusted: ");

    const plain = await failure(() => send(optionsOf(server.port, { ackTimeoutMs: 500 }), [iris(2)]));
    expect(plain.exitCode).toBe(ExitCode.external);
    expect(server.entries).toHaveLength(2);
  });

  test("tells that a server does not speak TLS, which it answers or closes the connection at", async () => {
    await using secure = await fluentServer({ security });
    await using plain = await fluentServer();
    for (const [{ port }, clause] of [
      [secure, "it does not speak TLS"],
      [plain, "it closed the connection"],
    ] as const) {
      const error = await failure(() => send(optionsOf(port, { tls: {} }), [iris(0)]));
      expect(error.message).toEndWith(`:${port}": ${clause}`);
      expect(error.hint).toContain("logging.fluentd.tls");
    }
  });

  testWith(["deno", "openssl"], "does the same on Deno", async () => {
    using dir = tempDir();
    const authority = testAuthority(dir.path);
    authority.issue("server");
    const read = (name: string) => readFileSync(join(dir.path, name), "utf8");
    const tlsOptions = { cert: read("server.pem"), key: read("server.key") };
    await using server = await fluentServer({ security, tlsOptions });
    const options = optionsOf(server.port, { security: known, tls: { ca: authority.root } });
    const onDeno = async (given: FluentdOptions) => {
      const { stdout } = await launch(
        ["deno", "run", "-A", "--no-lock", sender, JSON.stringify([given, [iris(0)]])],
        { cwd: dir.path },
      ).finished;
      return stdout;
    };
    expect(await onDeno(options)).toBe("delivered\n");
    expect(server.entries.map(({ record: fields }) => fields)).toEqual([iris(0).fields]);
    expect(await onDeno({ ...options, security: { sharedKey: "another" } })).toContain(
      "it refuses the shared key",
    );
    using elsewhere = tempDir();
    const { root } = testAuthority(elsewhere.path);
    expect(await onDeno({ ...options, tls: { ca: root } })).toContain("its certificate is not trusted: ");
    expect(server.entries).toHaveLength(1);
  });
});

describe("reachFluentd()", () => {
  test("finds a server with and without security, and one that is not there", async () => {
    await using plain = await fluentServer();
    const found = await reachFluentd(
      optionsOf(0, {
        servers: [
          { host: "127.0.0.1", port: plain.port },
          { host: "127.0.0.1", port: 1 },
        ],
      }),
    );
    expect(found.map(({ failure: failed }) => failed?.message)).toEqual([
      undefined,
      'Cannot reach Fluentd at "127.0.0.1:1": it refuses the connection',
    ]);
    const security = { serverHostname: "s", sharedKey: "both-know-it", authorize: false, userDict: {} };
    await using secure = await fluentServer({ security });
    const options = optionsOf(secure.port, { security: { sharedKey: "both-know-it" } });
    expect((await reachFluentd(options)).map(({ failure: failed }) => failed)).toEqual([undefined]);
  });

  test("says so when a name leads nowhere", async () => {
    const options = optionsOf(0, { servers: [{ host: "fluentd.invalid", port: 24_224 }] });
    const [found] = await reachFluentd(options);
    expect(found?.failure?.message).toMatch(
      /^Cannot reach Fluentd at "fluentd\.invalid:24224": its name (is not known|cannot be looked up now)$/,
    );
    expect(found?.failure?.hint).toContain("logging.fluentd.host");
  });
});
