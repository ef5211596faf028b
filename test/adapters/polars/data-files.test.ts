import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import pl from "nodejs-polars";
import { formatOf, readDataFile, withColumns, writeDataFile } from "../../../adapters/polars/data-files.ts";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

const features: readonly Feature[] = [
  { name: "x", type: "number", nullable: true },
  { name: "wet", type: "boolean", nullable: true },
  { name: "code", type: "string", nullable: true },
];

describe("formatOf()", () => {
  test.each([
    ["data.csv", "csv"],
    ["/a.b/data.CSV", "csv"],
    ["data.parquet", "parquet"],
    ["data.ndjson", "ndjson"],
    ["data.jsonl", "ndjson"],
  ] as const)("tells that %s is %s", (path, format) => {
    expect(formatOf(path)).toBe(format);
  });

  test.each(["data", "data.json", "data.csv.gz", ".csv", ""])("refuses %p", async (path) => {
    const error = await failure(() => formatOf(path));
    expect(error.message).toBe(`Cannot tell the format of "${path}" from its ending`);
    expect(error.exitCode).toBe(2);
  });
});

describe("readDataFile()", () => {
  test("reads a CSV's features as features.yaml types them, whatever the first rows look like", async () => {
    using dir = tempDir();
    const lines = Array.from({ length: 200 }, (_, row) => `${row},true,007,${row < 150 ? row : `A${row}`}`);
    await dir.write({ "data.csv": ["x,wet,code,id", ...lines, ",,,"].join("\n") });
    const frame = await readDataFile(join(dir.path, "data.csv"), features);
    expect(frame.height).toBe(201);
    expect(frame.dtypes).toEqual([pl.Float64, pl.Bool, pl.String, pl.String]);
    expect(frame.row(0)).toEqual([0, true, "007", "0"]);
    expect(frame.row(200)).toEqual([null, null, null, null]);
  });

  test("reads lines of JSON, fractions after whole numbers too", async () => {
    using dir = tempDir();
    const line = '{"x":1,"wet":true,"code":"a"}\n';
    await dir.write({ "data.ndjson": `${line.repeat(150)}{"x":1.5,"wet":false,"code":null}\n` });
    const frame = await readDataFile(join(dir.path, "data.ndjson"), features);
    expect(frame.row(150)).toEqual([1.5, false, null]);
  });

  test.each([
    ["empty.csv", ""],
    ["words.csv", "x,wet,code\nmany,true,a\n"],
    ["yes.csv", "x,wet,code\n1,yes,a\n"],
    ["ragged.csv", "x,wet,code\n1,true,a,extra\n"],
    ["page.ndjson", "<html></html>"],
    ["page.parquet", "<html></html>"],
  ])("refuses %s and says what was found", async (name, text) => {
    using dir = tempDir();
    await dir.write({ [name]: text });
    const path = join(dir.path, name);
    const error = await failure(() => readDataFile(path, features));
    expect(error.message).toStartWith(`Cannot read "${path}" as ${formatOf(name)}: `);
    expect(error.message).not.toContain("\n");
    expect(error.exitCode).toBe(3);
  });

  test("says that there is no such file", async () => {
    const error = await failure(() => readDataFile("absent.csv", features));
    expect(error.message).toBe('Cannot read the file "absent.csv"');
  });
});

describe("writeDataFile()", () => {
  const frame = pl.DataFrame({ x: [0.5, null], wet: [true, false], code: ["a,b", 'say "hi"'] });

  test.each(["out.csv", "out.parquet", "out.ndjson"])(
    "writes %s as it is read back, and nothing else",
    async (name) => {
      using dir = tempDir();
      const path = join(dir.path, name);
      await writeDataFile(frame, path);
      expect((await readDataFile(path, features)).toRecords()).toEqual(frame.toRecords());
      expect(await readdir(dir.path)).toEqual([name]);
    },
  );

  test("names the folder that is not there", async () => {
    using dir = tempDir();
    const path = join(dir.path, "absent", "out.csv");
    const error = await failure(() => writeDataFile(frame, path));
    expect(error.message).toStartWith(`Cannot write "${path}": `);
    expect(error.exitCode).toBe(4);
  });

  test("refuses records in a CSV, which are no fault of the folder", async () => {
    using dir = tempDir();
    const nested = pl.DataFrame({ x: [[1, 2], [3]] });
    const error = await failure(() => writeDataFile(nested, join(dir.path, "out.csv")));
    expect(error.message).toStartWith("Cannot write the rows as csv: ");
    expect(error.exitCode).toBe(3);
    expect(await readdir(dir.path)).toEqual([]);
  });

  test("keeps what is at the goal when it fails, and leaves nothing beside it", async () => {
    using dir = tempDir();
    await dir.write({ "out.csv/file": "kept" });
    await failure(() => writeDataFile(frame, join(dir.path, "out.csv")));
    expect((await readdir(dir.path, { recursive: true })).sort()).toEqual(["out.csv", "out.csv/file"]);
  });
});

test("withColumns() puts columns behind those of the frame", async () => {
  const wider = await withColumns(
    pl.DataFrame({ id: [7, 8] }),
    new Map<string, (string | number)[]>([
      ["class_name", ["a", "b"]],
      ["proba_a", [0.9, 0.2]],
    ]),
  );
  expect(wider.toRecords()).toEqual([
    { id: 7, class_name: "a", proba_a: 0.9 },
    { id: 8, class_name: "b", proba_a: 0.2 },
  ]);
});
