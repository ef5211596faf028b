import { afterAll, beforeAll, expect } from "bun:test";
import { Binary, Double, Int32, Long, MongoClient, ObjectId } from "mongodb";
import { readMongodb } from "../../../adapters/data-source/read-mongodb.ts";
import { checkDataSource, checkServerSource, everyType } from "../../contract/data-source.ts";
import { failure } from "../../support/failure.ts";
import { type MongoServer, mongoServer, mongoTools } from "../../support/mongo-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const dir = tempDir();
let server: MongoServer | undefined;

beforeAll(async () => {
  if (mongoTools.some((tool) => missingTool(tool) !== undefined)) return;
  server = await mongoServer(dir.path);
  await server.start();
  const client = new MongoClient(server.uri);
  const shop = client.db("shop");
  await shop.collection("every_type").insertMany(
    everyType.map(({ id, amount, paid, placed, name }) => ({
      id: id === null ? null : Long.fromString(id),
      amount: amount === null ? null : new Double(amount),
      paid,
      placed,
      name,
    })),
  );
  await shop.collection("many").insertMany(Array.from({ length: 1000 }, (_, i) => ({ i })));
  await shop.collection<Record<string, unknown>>("kinds").insertMany([
    { _id: new ObjectId("0123456789abcdef01234567"), whole: new Int32(1), part: new Int32(2) },
    {
      _id: new ObjectId("0123456789abcdef01234568"),
      whole: new Double(2),
      part: new Double(2.5),
      at: new Date("2024-02-29T10:30:00.250Z"),
      tags: ["a", { b: new Int32(1) }],
    },
  ]);
  await shop.collection("odd").insertMany([{ a: 1, picture: new Binary(Buffer.from("x")) }, { a: "text" }]);
  await client.close();
}, 60_000);

afterAll(async () => {
  await server?.kill();
  dir[Symbol.dispose]();
});

const url = () => {
  if (server === undefined) throw new Error("MongoDB does not run");
  return `${server.uri}shop?serverSelectionTimeoutMS=500`;
};

checkDataSource("readMongodb", {
  tools: mongoTools,
  // MongoDB's dates know milliseconds, and these microseconds: so they are kept as text.
  times: "text",
  absent: /has no collection "absent"/,
  source: () => ({
    load: (nRows) =>
      readMongodb({ url: url(), collection: "every_type", fields: Object.keys(everyType[0]), nRows }),
    loadAbsent: () => readMongodb({ url: url(), collection: "absent" }),
    loadFew: async (nRows) => ({ frame: await readMongodb({ url: url(), collection: "many", nRows }) }),
  }),
});

checkServerSource("readMongodb", {
  tools: mongoTools,
  url,
  password: () => "",
  load: (given) => readMongodb({ url: given, collection: "every_type" }),
  product: "MongoDB",
  hasLogin: false,
});

testWith(
  mongoTools,
  "readMongodb() makes a column of each field, null where a document lacks it",
  async () => {
    const frame = await readMongodb({ url: url(), collection: "kinds" });
    expect<unknown>(frame.toRecords()).toEqual([
      { _id: "0123456789abcdef01234567", whole: 1, part: 2, at: null, tags: null },
      {
        _id: "0123456789abcdef01234568",
        whole: 2,
        part: 2.5,
        at: new Date("2024-02-29T10:30:00.250Z"),
        tags: '["a",{"b":1}]',
      },
    ]);
  },
);

testWith(mongoTools, "readMongodb() loads the documents and fields that are asked for", async () => {
  const frame = await readMongodb({
    url: url(),
    collection: "many",
    filter: { i: { $gte: 997 } },
    fields: ["i"],
  });
  expect(frame.toRecords()).toEqual([{ i: 997 }, { i: 998 }, { i: 999 }]);
});

testWith(mongoTools, "readMongodb() refuses a field of several kinds, and one of bytes", async () => {
  const load = (field: string) =>
    failure(() => readMongodb({ url: url(), collection: "odd", fields: [field] }));
  expect((await load("a")).message).toBe('Column "a" holds integers, and text in row 2');
  expect((await load("picture")).message).toBe('Column "picture" holds bytes, which no model can read');
});
