import { expect, test } from "bun:test";
import type { Columns } from "../../../core/features/columns.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import {
  type LoggedPredictions,
  type LogSettings,
  predictionLog,
} from "../../../core/prediction-log/prediction-log.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";
import { memorySpool } from "../../support/memory-spool.ts";

const settings: LogSettings = {
  features: true,
  drop: [],
  hash: [],
  sample_rate: 1,
  log_n_best: 3,
  time_zone: "Europe/Berlin",
  rejects: false,
};

const card: ModelCard = {
  ...fixedCard,
  features: [
    { name: "petal_length", type: "number", nullable: true },
    { name: "fresh", type: "boolean", nullable: true },
    { name: "colour", type: "category", nullable: true, values: ["blau", "weiß"] },
  ],
};

const twoRows: Columns = {
  nRows: 2,
  values: new Map<string, Float32Array | readonly string[]>([
    ["petal_length", Float32Array.of(5.1, Number.NaN)],
    ["fresh", Float32Array.of(1, Number.NaN)],
    ["colour", ["weiß", ""]],
  ]),
};

const logged: LoggedPredictions = {
  requestId: "id-1",
  event: "predict_proba",
  latencyMs: 1.2345,
  ids: ["A-17", undefined],
  columns: twoRows,
  scores: Float32Array.of(0.7, 0.2, 0.1, 0.25, 0.25, 0.5),
};

async function logOne(
  changed: Partial<LogSettings> = {},
  predictions: Partial<LoggedPredictions> = {},
  model: ModelCard = card,
): Promise<readonly LogRecord[]> {
  const spool = memorySpool();
  const log = predictionLog({
    spool,
    settings: { ...settings, ...changed },
    wallClock: () => Date.UTC(2026, 10, 24, 19, 13, 44, 123),
    hash: (text) => `hash of ${text.length}`,
  });
  expect(await log.ofModel(model).predictions({ ...logged, ...predictions })).toBe(true);
  return spool.records();
}

test("a record says who predicted what from what, with the best classes first", async () => {
  const [first, second] = await logOne();
  expect(first).toEqual({
    event: "predict_proba",
    timeMs: Date.UTC(2026, 10, 24, 19, 13, 44, 123),
    key: "id-1:0",
    fields: {
      schema_version: 1,
      timestamp: "2026-11-24T20:13:44.123+01:00",
      request_id: "id-1",
      row: 0,
      event: "predict_proba",
      ID: "A-17",
      model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
      model_name: "iris",
      model_version: "1.2.0",
      model_creation_time: "2026-11-24T03:00:00.000Z",
      features: { petal_length: 5.1, fresh: true, colour: "weiß" },
      prediction: "setosa",
      class_1: "setosa",
      proba_1: 0.7,
      class_2: "versicolor",
      proba_2: 0.2,
      class_3: "virginica",
      proba_3: 0.1,
      latency_ms: 1.235,
    },
  });
  expect(Object.keys(first?.fields ?? {}).slice(0, 7)).toEqual([
    "schema_version",
    "timestamp",
    "request_id",
    "row",
    "event",
    "ID",
    "model_id",
  ]);
  expect(second).toMatchObject({
    key: "id-1:1",
    fields: {
      row: 1,
      features: { petal_length: null, fresh: null, colour: null },
      prediction: "virginica",
      class_2: "setosa",
    },
  });
  expect(second?.fields).not.toHaveProperty("ID");
});

test("a regression's record has the number, and no classes", async () => {
  const regression: ModelCard = { ...card, task: "regression", classes: [] };
  const [record] = await logOne({}, { event: "predict", scores: Float32Array.of(3.3, -1e-7) }, regression);
  expect(record?.fields).toMatchObject({ event: "predict", prediction: 3.3 });
  expect(Object.keys(record?.fields ?? {}).filter((name) => /^(class|proba)_/.test(name))).toEqual([]);
});

test("log_n_best bounds the classes of a record", async () => {
  const [record] = await logOne({ log_n_best: 1 });
  expect(record?.fields).toMatchObject({ class_1: "setosa", proba_1: 0.7 });
  expect(record?.fields).not.toHaveProperty("class_2");
});

test("features can be off, and single ones dropped or hashed, the id among them", async () => {
  const [off] = await logOne({ features: false });
  expect(off?.fields).not.toHaveProperty("features");
  const [dropped] = await logOne({ drop: ["ID", "fresh"] });
  expect(dropped?.fields).not.toHaveProperty("ID");
  expect(dropped?.fields["features"]).toEqual({ petal_length: 5.1, colour: "weiß" });
  const hashed = await logOne({ hash: ["ID", "petal_length", "fresh", "colour"] });
  // Of "A-17", "5.1", "true" and "weiß"; what is missing has no hash.
  expect(hashed[0]?.fields).toMatchObject({
    ID: "hash of 4",
    features: { petal_length: "hash of 3", fresh: "hash of 4", colour: "hash of 4" },
  });
  expect(hashed[1]?.fields).toMatchObject({ features: { petal_length: null, fresh: null, colour: null } });
});

test("a hashed value is nowhere in the bytes that are kept", async () => {
  const kept: string[] = [];
  const spool = memorySpool();
  const log = predictionLog({
    spool: {
      ...spool,
      append: async (entry) => {
        const { ByteWriter } = await import("../../../core/prediction-log/byte-writer.ts");
        const into = new ByteWriter();
        entry.encode(into);
        kept.push(Buffer.from(into.written()).toString("latin1"));
        return true;
      },
    },
    settings: { ...settings, hash: ["ID", "colour"], drop: ["petal_length"] },
    wallClock: () => 0,
    hash: () => "#",
  });
  await log.ofModel(card).predictions({ ...logged, ids: ["SECRET-ID", undefined] });
  expect(kept[0]).toContain("id-1");
  expect(kept[0]).not.toContain("SECRET-ID");
  expect(kept[0]).not.toContain("wei");
});

test("an id under the name of another field has a field of its own", async () => {
  const [record] = await logOne({}, {}, { ...card, id_name: "timestamp" });
  expect(record?.fields).toMatchObject({
    timestamp: "2026-11-24T20:13:44.123+01:00",
    id_timestamp: "A-17",
  });
});

test("sample_rate decides by the request id, and keeps about that share", async () => {
  const spool = memorySpool();
  const log = predictionLog({
    spool,
    settings: { ...settings, sample_rate: 0.25 },
    wallClock: () => 0,
    hash: String,
  }).ofModel(card);
  const requestIds = Array.from({ length: 4000 }, (_, index) => `request-${index}`);
  for (const requestId of requestIds) await log.predictions({ ...logged, requestId });
  const once = new Set(spool.records().map(({ fields }) => fields["request_id"]));
  // A binomial of 4000 at 0.25 stands 1000 ± 27: five standard deviations.
  expect(Math.abs(once.size - 1000)).toBeLessThan(137);
  for (const requestId of requestIds) await log.predictions({ ...logged, requestId });
  expect(new Set(spool.records().map(({ fields }) => fields["request_id"])).size).toBe(once.size);
});

test("entries survive any values: what is written is what is read", async () => {
  const values = [0, -0, 1e-45, 3.4028235e38, -5.1, 16_777_217, Number.NaN];
  const texts = ["", "\u0000", "😀".repeat(30), "x".repeat(70_000), "é", "\ud800", "a"];
  const [...records] = await logOne(
    {},
    {
      ids: [1.5, Number.MAX_SAFE_INTEGER, "", "ü", undefined, -1, "9"],
      columns: {
        nRows: 7,
        values: new Map<string, Float32Array | readonly string[]>([
          ["petal_length", Float32Array.from(values)],
          ["fresh", Float32Array.of(0, 1, 0, 1, 0, 1, 0)],
          ["colour", texts],
        ]),
      },
      scores: new Float32Array(21).fill(1 / 3),
    },
  );
  expect(records.map(({ fields }) => fields["ID"])).toEqual([
    1.5,
    Number.MAX_SAFE_INTEGER,
    "",
    "ü",
    undefined,
    -1,
    "9",
  ]);
  const read = records.map(({ fields }) => fields["features"]);
  // JSON's readers rarely know a negative zero; float32 has no 16777217; half a surrogate pair is no text, and becomes U+FFFD as everywhere in UTF-8.
  expect(read).toEqual(
    [0, 0, 1e-45, 3.4028235e38, -5.1, 16_777_216, null].map((petal_length, row) => ({
      petal_length,
      fresh: row % 2 === 1,
      colour: ["", "\ud800"].includes(texts[row] ?? "") ? (row === 0 ? null : "\ufffd") : (texts[row] ?? ""),
    })),
  );
});

test("feedback names a prediction by its request and row, or by the row's id, hashed as in predictions", async () => {
  const spool = memorySpool();
  const log = (hash: readonly string[]) =>
    predictionLog({
      spool,
      settings: { ...settings, hash },
      wallClock: () => 0,
      hash: (text) => `#${text}`,
    }).ofModel(card);
  await log([]).feedback("id-2", [
    { request_id: "id-1", row: 1, truth: "setosa" },
    { id: 17, truth: "virginica" },
  ]);
  await log(["ID"]).feedback("id-3", [{ id: 17, truth: "virginica" }]);
  const own = {
    schema_version: 1,
    timestamp: "1970-01-01T01:00:00.000+01:00",
    event: "feedback",
    model_name: "iris",
  };
  expect(spool.records().map(({ key, fields }) => [key, fields])).toEqual([
    [
      "id-2:0",
      { ...own, request_id: "id-2", row: 0, predicted_request_id: "id-1", predicted_row: 1, truth: "setosa" },
    ],
    ["id-2:1", { ...own, request_id: "id-2", row: 1, ID: 17, truth: "virginica" }],
    ["id-3:0", { ...own, request_id: "id-3", row: 0, ID: "#17", truth: "virginica" }],
  ]);
});
