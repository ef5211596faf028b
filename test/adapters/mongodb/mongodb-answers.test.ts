import { expect, test } from "bun:test";
import { type MongoDbSinkOptions, mongodbSink } from "../../../adapters/mongodb/mongodb-sink.ts";
import { ExitCode } from "../../../core/errors.ts";
import type { PredictionSink } from "../../../core/ports.ts";
import { records } from "../../contract/prediction-sink.ts";
import { failure } from "../../support/failure.ts";
import { type FakeMongo, fakeMongo, type MongoCommand } from "../../support/mongo-fake.ts";

// What MongoDB 7 answers, and FerretDB does not: its documentation names the codes.
// https://github.com/mongodb/mongo/blob/r7.0.0/src/mongo/base/error_codes.yml

type Answers = Readonly<Record<string, (command: MongoCommand) => MongoCommand | undefined>>;

interface Answered extends AsyncDisposable {
  readonly fake: FakeMongo;
  readonly sink: PredictionSink;
  readonly warnings: readonly string[];
  /** The commands of a name that it was sent. */
  sent(name: string): readonly MongoCommand[];
}

async function answered(answers: Answers, options: Partial<MongoDbSinkOptions> = {}): Promise<Answered> {
  const fake = await fakeMongo((command) => {
    const [name = ""] = Object.keys(command);
    const answer = answers[name] ?? usual[name];
    return answer === undefined ? { ok: 1 } : answer(command);
  });
  const warnings: string[] = [];
  const sink = mongodbSink({
    uri: fake.uri,
    database: "mlt",
    collection: "predictions",
    ttlDays: undefined,
    idName: undefined,
    connectTimeoutMs: 1_000,
    timeoutMs: 2_000,
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  return {
    fake,
    sink,
    warnings,
    sent: (name) => fake.commands.filter((command) => name in command),
    async [Symbol.asyncDispose]() {
      await sink.close();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const usual: Answers = {
  listIndexes: () => ({ ok: 0, code: 26, codeName: "NamespaceNotFound", errmsg: "ns does not exist" }),
  insert: ({ documents }) => ({ ok: 1, n: Array.isArray(documents) ? documents.length : 0 }),
};

const indexes = (...firstBatch: readonly MongoCommand[]) => ({
  listIndexes: () => ({ ok: 1, cursor: { id: 0n, ns: "mlt.predictions", firstBatch } }),
});
const expiry = { v: 2, key: { timestamp: 1 }, name: "mlt_expiry", expireAfterSeconds: 2_592_000 };
const failed = (code: number, errmsg: string) => () => ({ ok: 0, code, errmsg });
const sevenDays = { name: "mlt_expiry", expireAfterSeconds: 604_800 };

test("mongodbSink() makes the index of expiry", async () => {
  await using mongo = await answered({}, { ttlDays: 7 });
  expect(await mongo.sink.write(records("a", 1))).toEqual([]);
  const made = mongo.sent("createIndexes").flatMap((command) => command["indexes"]);
  expect(made).toContainEqual({ key: { timestamp: 1 }, ...sevenDays });
});

test("mongodbSink() changes the time of its index of expiry in place", async () => {
  await using mongo = await answered(indexes(expiry), { ttlDays: 7 });
  await mongo.sink.write(records("a", 1));
  expect(mongo.sent("collMod")).toEqual([{ collMod: "predictions", index: sevenDays }]);
  expect(mongo.sent("dropIndexes")).toEqual([]);
});

test("mongodbSink() makes its index of expiry anew where the server cannot change it", async () => {
  const answers = { ...indexes(expiry), collMod: failed(238, "not implemented") };
  await using mongo = await answered(answers, { ttlDays: 7 });
  await mongo.sink.write(records("a", 1));
  expect(mongo.sent("dropIndexes")).toMatchObject([{ dropIndexes: "predictions", index: "mlt_expiry" }]);
  const made = mongo.sent("createIndexes").flatMap((command) => command["indexes"]);
  expect(made).toContainEqual({ key: { timestamp: 1 }, ...sevenDays });
  expect(mongo.warnings).toEqual([]);
});

test("mongodbSink() removes its index of expiry without ttl_days", async () => {
  await using mongo = await answered(indexes(expiry));
  await mongo.sink.write(records("a", 1));
  expect(mongo.sent("dropIndexes")).toMatchObject([{ dropIndexes: "predictions", index: "mlt_expiry" }]);
});

test("mongodbSink() leaves somebody else's index alone, and says that it stands in the way", async () => {
  const theirs = { v: 2, key: { timestamp: 1 }, name: "by_time" };
  await using mongo = await answered(indexes(theirs), { ttlDays: 7 });
  expect(await mongo.sink.write(records("a", 1))).toEqual([]);
  expect(mongo.warnings).toEqual([
    'Cannot make the indexes of predictions in MongoDB: Index "by_time" of timestamp stands where that of logging.mongodb.ttl_days would',
  ]);
});

test("mongodbSink() does not wait for an index that takes long", async () => {
  await using mongo = await answered({ createIndexes: () => undefined }, { timeoutMs: 60_000 });
  expect(await mongo.sink.write(records("a", 1))).toEqual([]);
}, 20_000);

test("mongodbSink() gives back what the collection's validation refuses", async () => {
  const documentFailed = (index: number) => ({
    index,
    code: 121,
    errmsg: "Document failed validation",
    errInfo: { failingDocumentId: "A-1" },
  });
  await using mongo = await answered({ insert: () => ({ ok: 1, n: 1, writeErrors: [documentFailed(1)] }) });
  const [kept, refused] = records("a", 2);
  expect(await mongo.sink.write([kept, refused].flatMap((one) => one ?? []))).toMatchObject([
    {
      record: { key: "a:1" },
      reason: "The document does not pass the validation of the collection (DocumentValidationFailure)",
    },
  ]);
});

test.each([
  [
    "is no longer the primary",
    { ok: 0, code: 10107, codeName: "NotWritablePrimary", errmsg: "not primary" },
    "not primary",
    "Check that MongoDB runs and can be reached from here, and logging.mongodb.",
  ],
  [
    "gives the user no right to write",
    { ok: 0, code: 13, codeName: "Unauthorized", errmsg: "not authorized on mlt to execute command" },
    "not authorized on mlt to execute command",
    "Give the user of logging.mongodb.uri the role readWrite on the database.",
  ],
  [
    "could not take one of the records now",
    { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11600, errmsg: 'interrupted at "A-0"' }] },
    "It could not take a record now (error code 11600)",
    "Check that MongoDB runs and can be reached from here, and logging.mongodb.",
  ],
  [
    "refuses one for good and cannot take another now",
    {
      ok: 1,
      n: 0,
      writeErrors: [
        { index: 0, code: 121, errmsg: "Document failed validation" },
        { index: 1, code: 11600, errmsg: 'interrupted at "A-1"' },
      ],
    },
    "It could not take a record now (error code 11600)",
    "Check that MongoDB runs and can be reached from here, and logging.mongodb.",
  ],
  [
    "has taken them, and cannot say that they are safe",
    { ok: 1, n: 2, writeConcernError: { code: 64, errmsg: "waiting for replication timed out" } },
    "waiting for replication timed out",
    "Check that MongoDB runs and can be reached from here, and logging.mongodb.",
  ],
])("mongodbSink() rejects, to be sent again, where MongoDB %s", async (_, reply, reason, hint) => {
  let isTroubled = true;
  await using mongo = await answered({
    insert: (command) => (isTroubled ? reply : usual["insert"]?.(command)),
  });
  const error = await failure(() => mongo.sink.write(records("a", 2)));
  expect(error.message).toBe(
    `Cannot write predictions to MongoDB at "127.0.0.1:${mongo.fake.port}": ${reason}`,
  );
  expect(error.hint).toBe(hint);
  expect(error.exitCode).toBe(ExitCode.external);
  isTroubled = false;
  expect(await mongo.sink.write(records("a", 2))).toEqual([]);
});

test("mongodbSink() asks for the acknowledgement of a majority, unless the connection string says another", async () => {
  await using mongo = await answered({});
  await mongo.sink.write(records("a", 1));
  const [insert] = mongo.sent("insert");
  expect(insert).toMatchObject({ insert: "predictions", ordered: false, writeConcern: { w: "majority" } });
  const own = mongodbSink({
    uri: `${mongo.fake.uri}?w=1&journal=true`,
    database: "mlt",
    collection: "own",
    ttlDays: undefined,
    idName: undefined,
    onWarning: () => undefined,
  });
  await own.write(records("a", 1));
  await own.close();
  expect(mongo.sent("insert").at(-1)).toMatchObject({ insert: "own", writeConcern: { w: 1, j: true } });
});

test("mongodbSink() goes on where another has taken the record before it could look", async () => {
  const doubled = { index: 0, code: 11000, errmsg: 'dup key: { _id: "a:0" }' };
  const [record] = records("a", 1);
  const stored = { _id: "a:0", event: "predict_proba", timestamp: new Date(record?.timeMs ?? 0) };
  await using mongo = await answered({
    insert: () => ({ ok: 1, n: 0, writeErrors: [doubled] }),
    find: () => ({ ok: 1, cursor: { id: 0n, ns: "mlt.predictions", firstBatch: [stored] } }),
  });
  expect(await mongo.sink.write(records("a", 1))).toEqual([]);
  expect(mongo.sent("insert")).toHaveLength(1);
});
