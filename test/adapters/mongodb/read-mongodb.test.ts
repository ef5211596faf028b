import { expect } from "bun:test";
import { mongodbSink } from "../../../adapters/mongodb/mongodb-sink.ts";
import { readLatestMongoDb, readMongoDb } from "../../../adapters/mongodb/read-mongodb.ts";
import { ExitCode } from "../../../core/errors.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import type { RecordQuery } from "../../../core/prediction-log/record-query.ts";
import { record } from "../../contract/prediction-sink.ts";
import { failure } from "../../support/failure.ts";
import { type MongoServer, mongoServer, mongoTools } from "../../support/mongo-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const target = { database: "mlt", collection: "predictions", connectTimeoutMs: 1_000, timeoutMs: 2_000 };

function at(timeMs: number, made: LogRecord): LogRecord {
  return { ...made, timeMs };
}

const first = at(1_000, record("b", 0, { "user.id": 17, features: { $x: 0.1 }, prediction: "setosa" }));
const second = at(
  1_000,
  record("b", 1, { "user.id": "17", features: { $x: null }, prediction: "virginica" }),
);
const third = at(2_000, record("a", 0, { "user.id": "18", features: { $x: 2 }, prediction: "setosa" }));
const truth: LogRecord = {
  event: "feedback",
  timeMs: 3_000,
  key: "c:0",
  fields: {
    schema_version: 1,
    timestamp: "1970-01-01T01:00:03.000+01:00",
    request_id: "c",
    row: 0,
    event: "feedback",
    predicted_request_id: "a",
    predicted_row: 0,
    model_name: "iris",
    truth: "setosa",
  },
};
const plain = at(4_000, { ...record("d", 0, { prediction: 1.5 }), event: "predict" });
const predicted: LogRecord = { ...plain, fields: { ...plain.fields, event: "predict" } };

function testMongo(name: string, run: (server: MongoServer) => Promise<void>): void {
  testWith(mongoTools, `readMongoDb() ${name}`, async () => {
    using dir = tempDir();
    await using server = await mongoServer(dir.path);
    await server.start();
    const { uri } = server;
    const sink = mongodbSink({
      ...target,
      uri,
      ttlDays: undefined,
      idName: "user.id",
      onWarning: () => undefined,
    });
    // Not in the order of time.
    await sink.write([predicted, third, second, truth, first]);
    await sink.close();
    await run(server);
  });
}

function read({ uri }: MongoServer, query: RecordQuery, idName: string | undefined = "user.id") {
  return Array.fromAsync(readMongoDb({ ...target, uri, idName }, query));
}

testMongo("gives what was written, by time, and rows of a request in their order", async (server) => {
  expect(await read(server, {})).toEqual([first, second, third, truth, predicted]);
});

testMongo("gives what is asked for", async (server) => {
  const asked: readonly [RecordQuery, LogRecord[]][] = [
    [{ sinceMs: 2_000 }, [third, truth, predicted]],
    [{ untilMs: 2_000 }, [first, second]],
    [{ sinceMs: 1_001, untilMs: 3_001 }, [third, truth]],
    [{ event: "predict" }, [predicted]],
    [{ event: "feedback" }, [truth]],
    [{ className: "setosa" }, [first, third]],
    [{ className: "setosa", sinceMs: 2_000 }, [third]],
    // The truth names the request.
    [{ requestId: "a" }, [third, truth]],
    [{ requestId: "nobody's" }, []],
    // As a number and as a text.
    [{ id: "17" }, [first, second]],
    [{ id: "18", event: "predict_proba" }, [third]],
    [{ id: "017" }, []],
  ];
  for (const [query, records] of asked) {
    expect({ query, records: await read(server, query) }).toEqual({ query, records });
  }
});

testMongo("finds an id though it does not know the field's name", async (server) => {
  expect(
    await Array.fromAsync(readMongoDb({ ...target, uri: server.uri, idName: undefined }, { id: "17" })),
  ).toEqual([first, second]);
});

testMongo("gives more than MongoDB sends at once", async (server) => {
  const { uri } = server;
  const many = Array.from({ length: 2_500 }, (_, row) => at(10_000 + row, record("many", row, { ID: row })));
  const sink = mongodbSink({ ...target, uri, ttlDays: undefined, idName: "ID", onWarning: () => undefined });
  await sink.write(many);
  await sink.close();
  expect(await read(server, { requestId: "many" })).toEqual(many);
});

testMongo("gives the last rows of a request, which all have one time", async (server) => {
  const { uri } = server;
  const rows = Array.from({ length: 50 }, (_, row) => at(10_000, record("many", row, { ID: row })));
  const sink = mongodbSink({ ...target, uri, ttlDays: undefined, idName: "ID", onWarning: () => undefined });
  await sink.write(rows);
  await sink.close();
  const latest = await readLatestMongoDb({ ...target, uri, idName: undefined }, {}, 2);
  expect(latest).toEqual(rows.slice(-2));
  expect(await readLatestMongoDb({ ...target, uri, idName: undefined }, {}, 1_000)).toHaveLength(55);
});

testMongo("passes over what is no record", async (server) => {
  await server.look((collection) =>
    collection.insertMany([
      { _id: "1", event: "predict", timestamp: new Date(5_000) },
      { _id: "2", event: "predict", timestamp: "1970-01-01", request_id: "x", row: 0 },
      { _id: "3", note: "somebody else's" },
    ]),
  );
  expect(await read(server, { event: "predict" })).toEqual([predicted]);
});

testMongo("ends where its reader does", async (server) => {
  for await (const found of readMongoDb({ ...target, uri: server.uri, idName: undefined }, {})) {
    expect(found).toEqual(first);
    break;
  }
});

testMongo("rejects while the server is down, and while it hangs", async (server) => {
  server.freeze();
  const hanging = await failure(() => read(server, {}));
  expect(hanging.exitCode).toBe(ExitCode.external);
  await server.kill();
  const down = await failure(() => read(server, {}));
  expect(down.message).toBe(
    `Cannot read predictions from MongoDB at "127.0.0.1:${server.port}": connect ECONNREFUSED 127.0.0.1:${server.port}`,
  );
  expect(down.exitCode).toBe(ExitCode.external);
});
