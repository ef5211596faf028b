import { expect, test } from "bun:test";
import { duplicateKey } from "../../../core/features/duplicate-key.ts";
import type { FeatureSpec } from "../../../core/features/feature-spec.ts";
import { type RowsAsColumns, rowPacker } from "../../../core/features/pack-rows.ts";
import { rowScanner } from "../../../core/features/scan-rows.ts";
import { type Chooser, chooser } from "../../support/chooser.ts";
import { damaged, plainValue, randomBody, randomSpec } from "../../support/random-rows.ts";

type Spec = Pick<FeatureSpec, "features" | "id">;

const maxRows = 3;
const randomSchemas = 3_000;
const encoder = new TextEncoder();

/** What a body holds by way of a JSON parser; nothing where it is refused. */
function parsed(spec: Spec, bytes: Uint8Array): RowsAsColumns | undefined {
  let text: string;
  let body: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    body = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof SyntaxError) return undefined;
    throw cause;
  }
  const packed = rowPacker(spec, maxRows)(body);
  return packed.ok && duplicateKey(text) === undefined ? packed : undefined;
}

/** Rows as plain lists, so that -0, NaN and a missing id are told from others. */
function plain({ columns, ids }: RowsAsColumns) {
  const rows = Array.from({ length: columns.nRows }, (_, row) => ids[row]);
  return {
    ...columns,
    values: Array.from(columns.values, ([name, values]) => [
      name,
      Array.from(values, String),
      Array.from<unknown>(values),
    ]),
    ids: rows,
  };
}

function scanned(spec: Spec, text: string): RowsAsColumns | undefined {
  return rowScanner(spec, maxRows)(encoder.encode(text));
}

test("rowScanner() takes nothing that a JSON parser and rowPacker() refuse, and reads the same values", () => {
  const counts = { bodies: 0, scanned: 0, refused: 0 };
  for (let seed = 0; seed < randomSchemas; seed++) {
    const choose = chooser(seed);
    const spec = randomSpec(choose);
    const scan = rowScanner(spec, maxRows);
    const whole = encoder.encode(randomBody(spec, choose));
    const bodies = [whole, ...Array.from({ length: 8 }, () => damaged(whole, choose))];
    for (const bytes of bodies) {
      counts.bodies++;
      const expected = parsed(spec, bytes);
      if (expected === undefined) counts.refused++;
      const rows = scan(bytes);
      if (rows === undefined) continue;
      counts.scanned++;
      const told = { seed, spec, body: new TextDecoder().decode(bytes) };
      expect<unknown>({ ...told, rows: plain(rows) }).toEqual({ ...told, rows: expected && plain(expected) });
    }
  }
  expect(counts.bodies).toBe(9 * randomSchemas);
  // Neither way of the property is idle.
  expect(counts.scanned).toBeGreaterThan(2_000);
  expect(counts.refused).toBeGreaterThan(2_000);
});

/** Rows as nearly every program writes them: every feature, nothing that needs an escape. */
function plainRows({ features }: Spec, choose: Chooser): readonly Readonly<Record<string, unknown>>[] {
  return Array.from({ length: 1 + choose.below(maxRows) }, () =>
    Object.fromEntries(features.map((feature) => [feature.name, plainValue(feature, choose)])),
  );
}

/** A schema in which every feature has a value that is plain. */
function plainSpec(choose: Chooser): Spec {
  const { features } = randomSpec(choose);
  return {
    features: features.filter((feature) => plainValue({ ...feature, nullable: false }, choose) !== undefined),
  };
}

/** As JSON.stringify, Python's json.dumps and jq write JSON. */
const writers: readonly ((rows: unknown) => string)[] = [
  (rows) => JSON.stringify(rows),
  (rows) => JSON.stringify(rows, null, 1).replace(/,\n +/g, ", ").replace(/\n */g, ""),
  (rows) => JSON.stringify(rows, null, 2),
];

test("rowScanner() takes what programs write, in any order of the keys, itself", () => {
  for (let seed = 0; seed < 2_000; seed++) {
    const choose = chooser(seed);
    const spec = plainSpec(choose);
    if (spec.features.length === 0) continue;
    const scan = rowScanner(spec, maxRows);
    const rows = plainRows(spec, choose);
    const shuffled = rows.map((row) => Object.fromEntries(choose.shuffled(Object.entries(row))));
    for (const write of writers) {
      for (const body of [write(rows), write(shuffled)]) {
        const bytes = encoder.encode(body);
        const taken = scan(bytes);
        const told = { seed, spec, body };
        expect<unknown>({ ...told, rows: taken && plain(taken) }).toEqual({
          ...told,
          rows: plain(needed(parsed(spec, bytes))),
        });
      }
    }
  }
});

test("rowScanner() takes no body that is cut off, wherever that is", () => {
  for (let seed = 0; seed < 300; seed++) {
    const choose = chooser(seed);
    const spec = plainSpec(choose);
    if (spec.features.length === 0) continue;
    const scan = rowScanner(spec, maxRows);
    const bytes = encoder.encode(JSON.stringify(plainRows(spec, choose)));
    const lengths = Array.from(bytes.keys()).filter(
      (length) => scan(bytes.subarray(0, length)) !== undefined,
    );
    expect({ seed, lengths }).toEqual({ seed, lengths: [] });
  }
});

function needed<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("There is none");
  return value;
}

const size = { name: "size", type: "number", nullable: false } as const;

test.each([
  ['[{"size":1e5}]', 1e5],
  ['[{"size":-0}]', -0],
  ['[{"size":1E+2}]', 100],
  ['[{"size":0.1e1}]', 1],
  // Seventeen digits, and the largest that float32 does not round to infinity.
  ['[{"size":12345678901234568}]', Math.fround(12345678901234568)],
  ['[{"size":3.4028235677973362e38}]', 3.4028234663852886e38],
])("rowScanner() reads the number of %s", (body, value) => {
  expect(scanned({ features: [size] }, body)?.columns.values.get("size")).toEqual(Float32Array.of(value));
});

test.each([
  "01",
  "-01",
  "+1",
  ".5",
  "1.",
  "-",
  "1e",
  "1e+",
  "0x1",
  "1_0",
  "NaN",
  "-Infinity",
  "1e999",
  "-1e39",
  "3.4028235677973366e38",
  "true",
  '"1"',
  "",
])("rowScanner() does not take %s for a number", (text) => {
  expect(scanned({ features: [size] }, `[{"size":${text}}]`)).toBeUndefined();
});

test("rowScanner() takes max_rows rows and not one more, and no empty body", () => {
  const body = (nRows: number) => JSON.stringify(Array.from({ length: nRows }, () => ({ size: 1 })));
  expect(scanned({ features: [size] }, body(maxRows))?.columns.nRows).toBe(maxRows);
  for (const wrong of [body(maxRows + 1), body(0), "", " ", "[", "]", "{}", "[{}]", "[[]]"]) {
    expect([wrong, scanned({ features: [size] }, wrong)]).toEqual([wrong, undefined]);
  }
});

test("rowScanner() reads ids by row, where there are any", () => {
  const rows = scanned(
    { features: [size], id: "ID" },
    '[{"ID":"é","size":1},{"size":2},{"size":3,"ID":-0.5}]',
  );
  expect(Array.from({ length: 3 }, (_, row) => rows?.ids[row])).toEqual(["é", undefined, -0.5]);
});

test.each(['a"', "a\\b", "a\\", '"', "\\u0061", "a\nb"])(
  "rowScanner() knows the key of a feature called %p only as JSON has it",
  (name) => {
    const spec = { features: [{ ...size, name }] };
    expect(scanned(spec, `[{${JSON.stringify(name)}:2}]`)?.columns.values.get(name)).toEqual(
      Float32Array.of(2),
    );
    expect(scanned(spec, `[{"${name}":2}]`)).toBeUndefined();
  },
);

test("rowScanner() keeps a byte order mark at the start of a text, which is one of its characters", () => {
  const spec = { features: [{ name: "note", type: "string", nullable: false }] } as const;
  expect(scanned(spec, '[{"note":"\ufeffa"}]')?.columns.values.get("note")).toEqual(["\ufeffa"]);
});

test("rowScanner() reads null of a boolean as missing, with and without a blank before it", () => {
  const spec = { features: [{ name: "sold", type: "boolean", nullable: true }] } as const;
  const rows = scanned(spec, '[{"sold":null},{"sold": null},{"sold": false}]');
  expect(Array.from(rows?.columns.values.get("sold") ?? [], Number)).toEqual([Number.NaN, Number.NaN, 0]);
});
