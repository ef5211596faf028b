import { expect, test } from "bun:test";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { type PackedRows, rowPacker } from "../../../core/features/pack-rows.ts";

const size: Feature = { name: "size", type: "number", nullable: false, min: 0, max: 10 };
const anySize: Feature = { name: "size", type: "number", nullable: false };
const size0: Feature = { name: "size", type: "number", nullable: false, min: 0 };
const size10: Feature = { name: "size", type: "number", nullable: false, max: 10 };
const count: Feature = { name: "count", type: "integer", nullable: false };
const sold: Feature = { name: "sold", type: "boolean", nullable: false };
const colour: Feature = { name: "colour", type: "category", nullable: false, values: ["red", "green"] };
const note: Feature = { name: "note", type: "string", nullable: false };

/** What is wrong with one row whose only feature is the given one. */
function errorsOf(feature: Feature, json: string) {
  return errorsIn(rowPacker({ features: [feature] }, 10)(JSON.parse(json)));
}

function errorsIn(packed: PackedRows) {
  if (packed.ok || packed.reason !== "rows") throw new Error("The rows were not refused");
  return packed.errors;
}

function columnsIn(packed: PackedRows) {
  if (!packed.ok) throw new Error(`The rows were refused: ${JSON.stringify(packed)}`);
  return packed.columns;
}

test("rowPacker() lays every type out as a column", () => {
  const pack = rowPacker({ features: [size, count, sold, colour, note] }, 10);
  const body = [
    { size: 5.1, count: 3, sold: true, colour: "red", note: "a" },
    { note: "b", colour: "green", sold: false, count: -4, size: 0 },
  ];
  const { nRows, values } = columnsIn(pack(body));
  expect(nRows).toBe(2);
  expect([...values]).toEqual([
    ["size", Float32Array.of(5.1, 0)],
    ["count", Float32Array.of(3, -4)],
    ["sold", Float32Array.of(1, 0)],
    ["colour", ["red", "green"]],
    ["note", ["a", "b"]],
  ]);
});

test("rowPacker() packs null and a missing key of a nullable feature as missing", () => {
  const features = [size, sold, colour, note].map((feature) => ({ ...feature, nullable: true }));
  const body = [{ size: null, sold: null, colour: null, note: null }, {}, { note: "" }];
  const { values } = columnsIn(rowPacker({ features }, 10)(body));
  const missing = [Number.NaN, Number.NaN, Number.NaN];
  expect(Array.from(values, ([name, column]) => [name, Array.from<unknown>(column)])).toEqual([
    ["size", missing],
    ["sold", missing],
    ["colour", ["", "", ""]],
    ["note", ["", "", ""]],
  ]);
});

const sizeText = "a number from 0 to 10";
test.each([
  ["size", "{}", "missing", sizeText],
  ["size", '{"size":null}', "null", sizeText],
  ["size", '{"size":"5"}', "type", sizeText],
  ["size", '{"size":true}', "type", sizeText],
  ["size", '{"size":[5]}', "type", sizeText],
  ["size", '{"size":{}}', "type", sizeText],
  ["size", '{"size":-0.1}', "range", sizeText],
  ["size", '{"size":10.0001}', "range", sizeText],
  ["size", '{"size":1e999}', "range", sizeText],
  ["anySize", '{"size":1e300}', "range", "a number that float32 can hold"],
  ["size0", '{"size":-1}', "range", "a number of at least 0"],
  ["size10", '{"size":11}', "range", "a number of at most 10"],
  ["count", '{"count":1.5}', "type", "an integer"],
  ["count", '{"count":"1"}', "type", "an integer"],
  ["count", '{"count":1e39}', "range", "a number that float32 can hold"],
  ["sold", '{"sold":1}', "type", "true or false"],
  ["sold", '{"sold":"true"}', "type", "true or false"],
  ["sold", '{"sold":null}', "null", "true or false"],
  ["colour", '{"colour":"blue"}', "choice", 'one of "red", "green"'],
  ["colour", '{"colour":"Red"}', "choice", 'one of "red", "green"'],
  ["colour", '{"colour":0}', "type", 'one of "red", "green"'],
  ["colour", '{"colour":null}', "null", 'one of "red", "green"'],
  ["note", '{"note":5}', "type", "a string that is not empty"],
  ["note", '{"note":""}', "missing", "a string that is not empty"],
  ["note", '{"note":"a\\u0000b"}', "type", "a string without the character U+0000"],
] as const)("rowPacker() refuses for %s the row %s: %s", (key, row, code, expected) => {
  const feature = { size, anySize, size0, size10, count, sold, colour, note }[key];
  expect(errorsOf(feature, `[${row}]`)).toEqual([{ row: 0, field: feature.name, code, expected }]);
});

test.each([
  ["null", "type"],
  ["3", "type"],
  ['"rows"', "type"],
  ["{}", "type"],
  ['{"length":1,"0":{"size":1}}', "type"],
  ["[]", "range"],
] as const)("rowPacker() refuses the body %s", (body, code) => {
  expect(errorsOf(size, body)).toEqual([
    { row: null, field: null, code, expected: "an array of 1 to 10 rows" },
  ]);
});

test.each(["null", "1", '"x"', "[]", "[1]"])("rowPacker() refuses %s as a row", (row) => {
  expect(errorsOf(size, `[{"size":1},${row}]`)).toEqual([
    { row: 1, field: null, code: "type", expected: "an object" },
  ]);
});

test("rowPacker() accepts max_rows rows and refuses one more", () => {
  const pack = rowPacker({ features: [size] }, 3);
  expect(pack(Array.from({ length: 3 }, () => ({ size: 1 }))).ok).toBe(true);
  expect(pack(Array.from({ length: 4 }, () => ({ size: 1 })))).toEqual({
    ok: false,
    reason: "too-many-rows",
    nRows: 4,
  });
});

test("rowPacker() names unknown keys, and a long one only by its beginning", () => {
  expect(errorsOf(size, `[{"size":1,"sise":2,"${"k".repeat(5000)}":3}]`)).toEqual([
    { row: 0, field: "sise", code: "unknown", expected: 'one of the 1 known fields, such as "size"' },
    { row: 0, field: "k".repeat(100), code: "unknown", expected: "one of the 1 known fields" },
  ]);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "rowPacker() reads a feature called %s from the row's own keys",
  (name) => {
    const pack = rowPacker({ features: [{ name, type: "number", nullable: false }] }, 10);
    expect(columnsIn(pack(JSON.parse(`[{"${name}":2}]`))).values.get(name)).toEqual(Float32Array.of(2));
    expect(errorsIn(pack([{}]))).toEqual([{ row: 0, field: name, code: "missing", expected: "a number" }]);
  },
);

test("rowPacker() refuses a __proto__ that is no feature", () => {
  expect(errorsOf(size, '[{"size":1,"__proto__":{"size":2}}]')).toEqual([
    { row: 0, field: "__proto__", code: "unknown", expected: "one of the 1 known fields" },
  ]);
  expect(errorsOf(size, '[{"__proto__":{"size":2}}]').map(({ field, code }) => [field, code])).toEqual([
    ["size", "missing"],
    ["__proto__", "unknown"],
  ]);
});

test("rowPacker() keeps ids beside the columns", () => {
  const packed = rowPacker(
    { features: [size], id: "ID" },
    10,
  )([{ ID: "a", size: 1 }, { size: 2 }, { size: 3, ID: 7 }]);
  expect([...columnsIn(packed).values.keys()]).toEqual(["size"]);
  expect(packed.ok && packed.ids).toEqual(["a", undefined, 7]);
});

test.each([
  ["null", "null"],
  ["true", "type"],
  ["[1]", "type"],
  // 2^53 and 2^53 + 1 are the same double.
  ["9007199254740993", "range"],
  ["1e999", "range"],
])("rowPacker() refuses the id %s", (id, code) => {
  const pack = rowPacker({ features: [size], id: "ID" }, 10);
  const errors = errorsIn(pack(JSON.parse(`[{"size":1,"ID":${id}}]`)));
  expect(errors.map((error) => [error.field, error.code])).toEqual([["ID", code]]);
});

test("rowPacker() reports errors in the order of the rows, and stops at 100", () => {
  const body = Array.from({ length: 1000 }, () => ({ size: "x", count: "y" }));
  const errors = errorsIn(rowPacker({ features: [size, count] }, 1000)(body));
  expect(errors.length).toBe(100);
  expect(errors.at(0)).toMatchObject({ row: 0, field: "size" });
  expect(errors.at(99)).toMatchObject({ row: 49, field: "count" });
});

test("rowPacker() never tells a value", () => {
  const pack = rowPacker({ features: [size, colour, note], id: "ID" }, 10);
  const packed = pack([
    { size: "s3cret", colour: "s3cret", note: { s: "s3cret" }, ID: ["s3cret"], other: "s3cret" },
  ]);
  expect(errorsIn(packed).length).toBe(5);
  expect(JSON.stringify(packed)).not.toContain("s3cret");
});

test("rowPacker() names the first ten of many choices", () => {
  const many: Feature = {
    name: "town",
    type: "category",
    nullable: false,
    values: Array.from("abcdefghijklm"),
  };
  const [error] = errorsOf(many, '[{"town":"z"}]');
  expect(error?.expected).toBe('one of "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 3 more');
});
