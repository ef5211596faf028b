import { describe, expect, test } from "bun:test";
import type { DataFinding } from "../../../core/data-quality/data-finding.ts";
import { inspectData } from "../../../core/data-quality/inspect-data.ts";
import type { Feature } from "../../../core/features/feature-spec.ts";

type Values = readonly (number | string)[];

/** 0 … n-1, of which every fifth is held out. */
function splitOf(nRows: number) {
  const rows = Array.from({ length: nRows }, (_, row) => row);
  return {
    train: Int32Array.from(rows.filter((row) => row % 5 > 0)),
    test: Int32Array.from(rows.filter((row) => row % 5 === 0)),
  };
}

/** Findings by kind. A feature of text is a category, one of whole numbers an integer. */
function inspect(
  task: "classification" | "regression",
  target: Values,
  features: Readonly<Record<string, Values>>,
): Readonly<Record<string, DataFinding>> {
  const described = Object.entries(features).map(([name, values]): Feature => {
    const isText = values.some((value) => typeof value === "string");
    return { name, type: isText ? "category" : "number", nullable: true };
  });
  const values = new Map(
    Object.entries(features).map(([name, column]) => [
      name,
      column.some((value) => typeof value === "string")
        ? column.map(String)
        : Float32Array.from(column, Number),
    ]),
  );
  const columns = { nRows: target.length, values };
  const found = inspectData(
    { columns, target, split: splitOf(target.length) },
    { task, target: "y", features: described },
  );
  return Object.fromEntries(found.map((finding) => [finding.kind, finding]));
}

const rowsOf = <Value>(nRows: number, value: (row: number) => Value) =>
  Array.from({ length: nRows }, (_, row) => value(row));
/** Goes through 0 … 100 in an order that has nothing to do with the rows: 37 and 101 have no common divisor. */
const scattered = (row: number) => (row * 37) % 101;
/** Two columns that tell nothing of each other, 101 × 97 combinations. */
const plain = (nRows: number) => ({
  a: rowsOf(nRows, scattered),
  b: rowsOf(nRows, (row) => (row * 29) % 97),
});
const coin = (row: number) => (Math.floor(scattered(row) / 7) % 2 === (row % 3 === 0 ? 1 : 0) ? "yes" : "no");

test("inspectData() finds nothing in data that are all right", () => {
  expect(inspect("classification", rowsOf(500, coin), plain(500))).toEqual({});
});

describe("inspectData() suspects a feature that alone tells the target:", () => {
  test("a category for each class, and a number on one side of a bound", () => {
    const labels = rowsOf(500, coin);
    const found = inspect("classification", labels, {
      ...plain(500),
      code: labels.map((label) => (label === "yes" ? "J" : "N")),
      paid: rowsOf(500, (row) => scattered(row) / 100 + (labels[row] === "yes" ? 5 : 0)),
    });
    expect(found["leak"]).toEqual({
      kind: "leak",
      names: ["code", "paid"],
      message:
        '"code" and "paid" alone tell the target of nearly every row: leave them out if they are known only once the target is.',
    });
  });

  test("one that is there only for a rare class", () => {
    // 2 % of the rows, on both sides of the split.
    const labels = rowsOf(1000, (row) => (row % 50 < 1 || row % 50 === 26 ? "fraud" : "fine"));
    const refund = labels.map((label, row) => (label === "fraud" ? scattered(row) : Number.NaN));
    expect(inspect("classification", labels, { ...plain(1000), refund })["leak"]?.names).toEqual(["refund"]);
  });

  test("the number to predict in another unit", () => {
    const target = rowsOf(500, (row) => scattered(row) * 3);
    const { a: _, ...others } = plain(500);
    const found = inspect("regression", target, { ...others, inches: target.map((value) => value / 2.54) });
    expect(found["leak"]?.names).toEqual(["inches"]);
  });

  test("but none that tells nine rows of ten, or that has another value in each row", () => {
    const labels = rowsOf(1000, coin);
    const found = inspect("classification", labels, {
      ...plain(1000),
      good: labels.map((label, row) => ((label === "yes") === row % 10 > 0 ? 1 : 0)),
      name: rowsOf(1000, (row) => `row ${row}`),
    });
    expect(found["leak"]).toBeUndefined();
  });
});

describe("inspectData() counts rows that repeat another:", () => {
  test("in all, and across the split", () => {
    // Rows 400 … 499 are rows 1 … 100 again: every fifth of them, 20, is held out. Of its originals, rows 1, 6, … 96, none is.
    const original = (row: number) => (row < 400 ? row : row - 399);
    const { a, b } = plain(500);
    const found = inspect(
      "classification",
      rowsOf(500, (row) => coin(original(row))),
      {
        a: a.map((_, row) => a[original(row)] ?? 0),
        b: b.map((_, row) => b[original(row)] ?? 0),
        gap: rowsOf(500, () => Number.NaN),
      },
    );
    expect(found["repeated_row"]).toEqual({
      kind: "repeated_row",
      names: [],
      rows: 100,
      message: "100 of 500 rows (20.0%) repeat another in every feature and the target.",
    });
    // Held out are 80 of the first 400, of which rows 5, 10, … 100 stand again as rows 404, 409, … 499, to learn from; and the 20 above.
    expect(found["held_out_row_learned"]).toEqual({
      kind: "held_out_row_learned",
      names: [],
      rows: 40,
      message:
        "40 of 100 rows held out (40.0%) also stand among the rows to learn from: the scores are better than they will be. Drop repeated rows in the data loader.",
    });
  });

  test("not where the target differs, nor where chance does as much", () => {
    const { a, b } = plain(500);
    const half = (row: number) => row % 250;
    const labels = rowsOf(500, (row) => (row < 250 ? "first" : "second"));
    const doubled = {
      a: a.map((_, row) => a[half(row)] ?? 0),
      b: b.map((_, row) => b[half(row)] ?? 0),
      c: rowsOf(500, (row) => (half(row) * 11) % 89),
    };
    expect(inspect("classification", labels, doubled)["repeated_row"]).toBeUndefined();
    // 6 combinations: a sixth of all pairs of rows agree.
    const coarse = { c: rowsOf(500, (row) => row % 2), d: rowsOf(500, (row) => row % 3) };
    expect(inspect("classification", rowsOf(500, coin), coarse)["repeated_row"]).toBeUndefined();
  });
});

test("inspectData() names features that differ in every row: text without spaces that is no date, numbers in a row, and what is called an id", () => {
  const found = inspect("classification", rowsOf(200, coin), {
    ...plain(200),
    key: rowsOf(200, (row) => `k${row}`),
    number: rowsOf(200, (row) => 5000 + ((row * 7) % 200)),
    userId: rowsOf(200, (row) => row * 1000),
    // Text to read, dates, counts that differ by chance, measurements.
    review: rowsOf(200, (row) => `so good ${row}`),
    lines: rowsOf(200, (row) => `so\ngood\n${row}`),
    day: rowsOf(200, (row) => new Date(row * 86_400_000).toISOString().slice(0, 10)),
    time: rowsOf(200, (row) => new Date(row * 86_400_123).toISOString()),
    inhabitants: rowsOf(200, (row) => row * 1000 + 7),
    height: rowsOf(200, (row) => row / 7),
  });
  expect(found["id_like"]?.names).toEqual(["key", "number", "userId"]);
});

test("inspectData() names features with one value, with next to none, and with nearly always the same", () => {
  const found = inspect("classification", rowsOf(200, coin), {
    ...plain(200),
    constant: rowsOf(200, () => 3),
    empty: rowsOf(200, () => Number.NaN),
    word: rowsOf(200, () => "same"),
    // Present in 50 rows, always the same: that it is there may tell something.
    present: rowsOf(200, (row) => (row % 4 === 0 ? 1 : Number.NaN)),
    sparse: rowsOf(200, (row) => (row % 2 === 0 ? "" : `t${row % 7}`)),
    // 198 of 200 are 0.
    rare: rowsOf(200, (row) => (row < 2 ? 1 : 0)),
    // 197 of 200.
    rarer: rowsOf(200, (row) => (row < 3 ? 1 : 0)),
  });
  expect(found["constant"]).toEqual({
    kind: "constant",
    names: ["constant", "empty", "word"],
    message: '"constant", "empty" and "word" are the same in every row: no model learns from that.',
  });
  expect(found["missing"]).toEqual({
    kind: "missing",
    names: ["present", "sparse"],
    message: '"present" and "sparse" are missing in half of the rows or more, "present" in 75.0%.',
  });
  expect(found["dominant_value"]).toEqual({
    kind: "dominant_value",
    names: ["present", "rare"],
    message:
      '"present" and "rare" nearly always have the same value, "present" in 100% of the rows that have one.',
  });
});

test("inspectData() writes a label as a terminal may show it", () => {
  const labels = rowsOf(500, (row) => (row < 3 ? `odd\u001b[2J\n${"x".repeat(100)}` : row % 2 ? "a" : "b"));
  expect(inspect("classification", labels, plain(500))["small_class"]?.message).toStartWith(
    `The class "odd\\u{1b}[2J\\u{a}${"x".repeat(71)}…" has only 3 rows`,
  );
});

test("inspectData() names classes of few rows, and one that has nearly all", () => {
  const labels = rowsOf(500, (row) => (row < 3 ? "odd" : row < 12 ? "rare" : "usual"));
  const found = inspect("classification", labels, plain(500));
  expect(found["small_class"]).toEqual({
    kind: "small_class",
    names: ["odd", "rare"],
    message:
      'The classes "odd" and "rare" have fewer than 10 rows each, "odd" only 3: too few to learn them, and to tell how well they were learned.',
  });
  // 488 of 500.
  expect(found["dominant_class"]?.message).toBe(
    '97.6% of the rows are of the class "usual": accuracy is high for a model that always answers it. Look at balanced_accuracy and f1_macro.',
  );
  expect(
    inspect(
      "regression",
      rowsOf(500, () => 2.5),
      plain(500),
    )["constant_target"]?.message,
  ).toBe('The target "y" is 2.5 in every row: there is nothing to learn.');
});

test("inspectData() tells what makes the scores wrong first", () => {
  const labels = rowsOf(500, coin);
  const found = inspect("classification", labels, {
    ...plain(500),
    constant: rowsOf(500, () => 3),
    code: labels,
    key: rowsOf(500, (row) => `k${row}`),
  });
  expect(Object.keys(found)).toEqual(["leak", "id_like", "constant"]);
});

test("inspectData() takes a name in each of many rows, of very many classes", () => {
  const nRows = 100_000;
  const found = inspect(
    "classification",
    rowsOf(nRows, (row) => `c${row % 20_000}`),
    {
      name: rowsOf(nRows, (row) => `n${row}`),
      group: rowsOf(nRows, (row) => `g${row % 10_000}`),
    },
  );
  expect(Object.keys(found)).toEqual(["id_like", "small_class"]);
});
