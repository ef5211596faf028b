import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { type MongoDbSinkOptions, mongodbSink } from "../../../adapters/mongodb/mongodb-sink.ts";
import { fromDocument } from "../../../adapters/mongodb/record-document.ts";
import { ExitCode } from "../../../core/errors.ts";
import type { PredictionSink } from "../../../core/ports.ts";
import { freePort } from "../../../ops/build/free-port.ts";
import { checkPredictionSink, record, records } from "../../contract/prediction-sink.ts";
import { testAuthority } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { type MongoServer, mongoServer, mongoTools } from "../../support/mongo-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const target = { database: "mlt", collection: "predictions", ttlDays: undefined, idName: "ID" };

checkPredictionSink("mongodbSink()", {
  tools: mongoTools,
  async server(dir) {
    const server = await mongoServer(dir);
    return {
      ...server,
      open: () =>
        mongodbSink({
          ...target,
          uri: server.uri,
          connectTimeoutMs: 1_000,
          timeoutMs: 2_000,
          onWarning: (text) => {
            throw new Error(text);
          },
        }),
      read: async () => (await server.documents()).map((document) => fromDocument(document)?.fields ?? {}),
    };
  },
  patienceMs: 8_000,
  keepsOnce: true,
  refused: {
    record: record("large", 0, { features: { text: "x".repeat(17_000_000) } }),
    reason: /16 MiB/,
  },
});

/** A sink of a server that runs, with what it warns of. */
interface Opened extends AsyncDisposable {
  readonly server: MongoServer;
  readonly warnings: readonly string[];
  open(options?: Partial<MongoDbSinkOptions>): PredictionSink;
}

async function opened(dir: string): Promise<Opened> {
  const server = await mongoServer(dir);
  await server.start();
  const warnings: string[] = [];
  const sinks: PredictionSink[] = [];
  return {
    server,
    warnings,
    open(options = {}) {
      const sink = mongodbSink({
        ...target,
        uri: server.uri,
        connectTimeoutMs: 1_000,
        timeoutMs: 2_000,
        onWarning: (text) => warnings.push(text),
        ...options,
      });
      sinks.push(sink);
      return sink;
    },
    async [Symbol.asyncDispose]() {
      for (const sink of sinks) await sink.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function testMongo(name: string, run: (mongo: Opened) => Promise<void>): void {
  testWith(mongoTools, `mongodbSink() ${name}`, async () => {
    using dir = tempDir();
    await using mongo = await opened(dir.path);
    await run(mongo);
  });
}

testMongo(
  "keeps a record as a document with its key, a date and the text of the time zone",
  async (mongo) => {
    const [first] = records("a", 1);
    const berlin = {
      ...record("a", 0, { ...first?.fields, timestamp: "2026-11-24T20:13:44.123+01:00" }),
      timeMs: Date.UTC(2026, 10, 24, 19, 13, 44, 123),
    };
    await mongo.open().write([berlin]);
    expect(await mongo.server.documents()).toEqual([
      {
        _id: "a:0",
        timestamp: new Date("2026-11-24T19:13:44.123Z"),
        timestamp_local: "2026-11-24T20:13:44.123+01:00",
        schema_version: 1,
        request_id: "a",
        row: 0,
        event: "predict_proba",
        ID: "A-0",
        model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
        model_name: "iris",
        model_version: "1.2.0",
        model_creation_time: "2026-11-24T03:00:00.000Z",
        features: { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
        prediction: "setosa",
        class_1: "setosa",
        proba_1: 0.98,
        class_2: "versicolor",
        proba_2: 0.02,
        latency_ms: 1.2,
      },
    ]);
  },
);

testMongo("escapes names with . $ and %, and marks the document", async (mongo) => {
  await mongo.open().write([record("a", 0, { "user.id": "A-1", features: { $x: 1, "100%": 2, plain: 3 } })]);
  const [document] = await mongo.server.documents();
  expect(document).toMatchObject({
    "user%2Eid": "A-1",
    features: { "%24x": 1, "100%25": 2, plain: 3 },
    names_escaped: true,
  });
});

testMongo(
  "keeps a second request of the same X-Request-Id under its time, however often it is sent",
  async (mongo) => {
    const first = { ...record("reused", 0, { prediction: "setosa" }), timeMs: 1_000 };
    const second = { ...record("reused", 0, { prediction: "virginica" }), timeMs: 2_000 };
    const sink = mongo.open();
    for (const batch of [[first], [second], [second, first], [first, second]]) {
      expect(await sink.write(batch)).toEqual([]);
    }
    const kept = (await mongo.server.documents()).map(({ _id, prediction }) => [_id, prediction]);
    expect(kept).toEqual([
      ["reused:0", "setosa"],
      ["reused:0:2000", "virginica"],
    ]);
  },
);

testMongo("keeps both of one X-Request-Id that come in one batch", async (mongo) => {
  const first = { ...record("reused", 0, { prediction: "setosa" }), timeMs: 1_000 };
  const second = { ...record("reused", 0, { prediction: "virginica" }), timeMs: 2_000 };
  expect(await mongo.open().write([first, second])).toEqual([]);
  expect((await mongo.server.documents()).map(({ _id }) => _id)).toEqual(["reused:0", "reused:0:2000"]);
});

testMongo("gives back what a unique index of the collection refuses, without its value", async (mongo) => {
  await mongo.server.look((collection) => collection.createIndex({ ID: 1 }, { unique: true }));
  const sink = mongo.open({ idName: undefined });
  const [taken, twin, other] = [
    record("a", 0, { ID: "A-17" }),
    record("b", 0, { ID: "A-17" }),
    record("c", 0, { ID: "A-18" }),
  ];
  await sink.write([taken]);
  expect(await sink.write([twin, other])).toEqual([
    { record: twin, reason: "A unique index of the collection has its value" },
  ]);
  expect((await mongo.server.documents()).map(({ _id }) => _id)).toEqual(["a:0", "c:0"]);
});

// FerretDB takes no infinity: https://docs.ferretdb.io/diff/
testMongo("gives back what the server finds invalid, without its value", async (mongo) => {
  const infinite = record("a", 0, { prediction: Number.POSITIVE_INFINITY });
  expect(await mongo.open().write([infinite, ...records("b", 1)])).toEqual([
    { record: infinite, reason: "MongoDB refuses a value (BadValue)" },
  ]);
  expect((await mongo.server.documents()).map(({ _id }) => _id)).toEqual(["b:0"]);
});

testMongo("asks for an acknowledgement though the connection string says w=0", async (mongo) => {
  const infinite = record("a", 0, { prediction: Number.POSITIVE_INFINITY });
  const sink = mongo.open({ uri: `${mongo.server.uri}?w=0` });
  expect((await sink.write([infinite])).map(({ record }) => record.key)).toEqual(["a:0"]);
});

testMongo("makes the indexes that the log is read by, and finds them the next time", async (mongo) => {
  await mongo.open({ idName: "user.id" }).write(records("a", 1));
  await mongo.open({ idName: "user.id" }).write(records("b", 1));
  const indexes = await mongo.server.look((collection) => collection.indexes());
  expect(Object.fromEntries(indexes.map(({ name, key }) => [name, key]))).toEqual({
    _id_: { _id: 1 },
    mlt_event_timestamp: { event: 1, timestamp: 1 },
    mlt_request_id: { request_id: 1 },
    mlt_predicted_request_id: { predicted_request_id: 1 },
    "mlt_id_user%2Eid": { "user%2Eid": 1, timestamp: 1 },
  });
  expect(mongo.warnings).toEqual([]);
});

// FerretDB has no index that removes documents.
testMongo("warns once of an index that cannot be made, and writes all the same", async (mongo) => {
  const sink = mongo.open({ ttlDays: 30 });
  for (const request of ["a", "b"]) {
    expect(await sink.write(records(request, 1))).toEqual([]);
    await mongo.server.kill();
    await failure(() => sink.write(records("down", 1)));
    await mongo.server.start();
  }
  expect(mongo.warnings).toEqual([
    'Cannot make the indexes of predictions in MongoDB: Index option "expireAfterSeconds" is not implemented yet',
  ]);
});

testMongo("says without the password that it is not let in", async (mongo) => {
  const uri = `mongodb://mlt:s3cret%21word@127.0.0.1:${mongo.server.port}/`;
  const error = await failure(() => mongo.open({ uri }).write(records("a", 1)));
  // What FerretDB with SQLite, which keeps no users, says to SCRAM.
  expect(error.message).toBe(
    `Cannot write predictions to MongoDB at "127.0.0.1:${mongo.server.port}": Unsupported authentication mechanism "SCRAM-SHA-1".`,
  );
  expect(error.hint).toBe("Check user, password and authSource of logging.mongodb.uri.");
  expect(error.exitCode).toBe(ExitCode.external);
  expect(Bun.inspect(error)).not.toContain("s3cret");
});

testWith(
  [...mongoTools, "openssl"],
  "mongodbSink() speaks TLS where the connection string says so",
  async () => {
    using dir = tempDir();
    await using mongo = await opened(dir.path);
    const authority = testAuthority(dir.path);
    authority.issue("server");
    await using front = await tlsFront(dir.path, mongo.server.port);
    const uri = `mongodb://localhost:${front.port}/?tls=true`;
    const stranger = await failure(() => mongo.open({ uri }).write(records("a", 1)));
    expect(stranger.message).toContain("certificate");
    const trusted = mongo.open({ uri: `${uri}&tlsCAFile=${dir.path}/root.pem` });
    expect(await trusted.write(records("a", 1))).toEqual([]);
    expect(await mongo.server.documents()).toHaveLength(1);
  },
);

/** Takes TLS with `server.pem` of the folder, and hands what comes to a port that does not. */
async function tlsFront(dir: string, to: number): Promise<AsyncDisposable & { readonly port: number }> {
  const read = (file: string) => readFileSync(join(dir, file));
  const server = createServer({ cert: read("server.pem"), key: read("server.key") }, (client) => {
    const behind = connect(to, "127.0.0.1");
    client.on("error", () => behind.destroy()).pipe(behind);
    behind.on("error", () => client.destroy()).pipe(client);
  });
  server.on("tlsClientError", (_, client) => client.destroy());
  const port = await freePort();
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

testMongo("says that a server speaks no TLS", async (mongo) => {
  const uri = `mongodb://mlt:s3cret@127.0.0.1:${mongo.server.port}/?tls=true`;
  const error = await failure(() => mongo.open({ uri }).write(records("a", 1)));
  expect(error.message).toStartWith(
    `Cannot write predictions to MongoDB at "127.0.0.1:${mongo.server.port}": `,
  );
  expect(error.message).toContain("TLS");
  expect(Bun.inspect(error)).not.toContain("s3cret");
});

test.each([
  ["mongodb://mlt:s3cret@127.0.0.1/?tls=maybe", ': tls/ssl must be either "true" or "false"'],
  ["mongodb://mlt:s3cret/word@127.0.0.1/", ""],
  ["mongodb://mlt:s3cret@127.0.0.1/?s3cret=1", ""],
  ["mongodb://", ": Protocol and host list are required in the uri"],
])("mongodbSink() says of the connection string %s only what is no secret", async (uri, reason) => {
  const sink = mongodbSink({ ...target, uri, onWarning: () => undefined });
  const error = await failure(() => sink.write(records("a", 1)));
  expect(error.message).toBe(`Cannot read the connection string of logging.mongodb.uri${reason}`);
  expect(error.exitCode).toBe(ExitCode.input);
  expect(Bun.inspect(error)).not.toContain("s3cret");
  await sink.close();
});

test("mongodbSink() names the server that is down", async () => {
  const port = await freePort();
  const sink = mongodbSink({
    ...target,
    uri: `mongodb://mlt:s3cret@127.0.0.1:${port}/`,
    connectTimeoutMs: 200,
    onWarning: () => undefined,
  });
  const error = await failure(() => sink.write(records("a", 1)));
  expect(error.message).toBe(
    `Cannot write predictions to MongoDB at "127.0.0.1:${port}": connect ECONNREFUSED 127.0.0.1:${port}`,
  );
  expect(error.hint).toBe("Check that MongoDB runs and can be reached from here, and logging.mongodb.");
  expect(Bun.inspect(error)).not.toContain("s3cret");
  await sink.close();
});
