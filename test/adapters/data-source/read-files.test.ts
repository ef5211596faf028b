import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import pl from "nodejs-polars";
import { readArrow, readParquet } from "../../../adapters/data-source/read-columnar.ts";
import { type CsvOptions, readCsv } from "../../../adapters/data-source/read-csv.ts";
import { readNdjson } from "../../../adapters/data-source/read-ndjson.ts";
import { checkDataSource, everyType, microseconds } from "../../contract/data-source.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

const dir = tempDir();
const file = (name: string) => join(dir.path, name);
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(file(name), content);
  return file(name);
};

const quoted = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);
const csv = `id,amount,paid,placed,name\n${everyType
  .map(({ id, amount, paid, placed, name }) => [id, amount, paid, quoted(placed), quoted(name)].join(","))
  .join("\n")}\n`;
// Numbers that JSON.stringify would round.
const ndjson = everyType.map(({ id, ...row }) => `{"id":${id},${JSON.stringify(row).slice(1)}\n`).join("");

beforeAll(async () => {
  write("every.csv", csv);
  write("every.csv.gz", gzipSync(csv));
  write("every.ndjson", ndjson);
  write("every.JSONL.gz", gzipSync(ndjson));
  const placed = everyType.map((row) => microseconds(row.placed));
  const times = pl.Series("placed", placed, pl.String).cast(pl.Int64).cast(pl.Datetime("us"));
  const timed = (await readCsv(file("every.csv"))).withColumn(times);
  write("every.parquet", timed.writeParquet());
  write("every.arrow", timed.writeIPC());
  write("every.arrows", timed.writeIPCStream());
  // Behind many good rows, so that whoever reads on meets it.
  write("many.csv", `i,x\n${"1,2\n".repeat(2_000_000)}1,2,3\n`);
  write("many.ndjson", `${'{"i":1}\n'.repeat(1000)}{"i":\n`);
  const many = pl.DataFrame({ i: Array.from({ length: 1000 }, (_, i) => i) });
  write("many.parquet", many.writeParquet());
  write("many.arrow", many.writeIPC());
});

afterAll(() => dir[Symbol.dispose]());

type Loader = typeof readParquet;

function checkFiles(
  name: string,
  load: Loader,
  files: Readonly<Record<"every" | "many", string>>,
  times: "text" | "datetime",
) {
  checkDataSource(name, {
    tools: [],
    times,
    absent: /^Cannot read the file ".*absent"$/,
    source: () => ({
      load: (nRows) => load(file(files.every), { nRows }),
      loadAbsent: () => load(file("absent")),
      loadFew: async (nRows) => ({ frame: await load(file(files.many), { nRows }) }),
    }),
  });
}

checkFiles("readCsv", readCsv, { every: "every.csv", many: "many.csv" }, "text");
checkFiles("readCsv of gzip", readCsv, { every: "every.csv.gz", many: "many.csv" }, "text");
checkFiles("readNdjson", readNdjson, { every: "every.ndjson", many: "many.ndjson" }, "text");
checkFiles("readNdjson of gzip", readNdjson, { every: "every.JSONL.gz", many: "many.ndjson" }, "text");
checkFiles("readParquet", readParquet, { every: "every.parquet", many: "many.parquet" }, "datetime");
checkFiles("readArrow", readArrow, { every: "every.arrow", many: "many.arrow" }, "datetime");
checkFiles("readArrow of a stream", readArrow, { every: "every.arrows", many: "many.arrow" }, "datetime");

test("readCsv() finds the type of a column behind any number of rows", async () => {
  const path = write("late.csv", `x,y\n${"1,2\n".repeat(20_000)}1.5,a\n`);
  const frame = await readCsv(path);
  expect(frame.dtypes.map(String)).toEqual(["DataType(Float64)", "DataType(String)"]);
  expect(frame.getColumn("x").sum()).toBe(20_001.5);
});

test("readCsv() takes a separator, words for nothing, types and columns", async () => {
  const path = write("own.csv", "zip;x;y\n01234;NA;a\n00001;2;b\n");
  const frame = await readCsv(path, {
    separator: ";",
    nullValues: ["NA"],
    dtypes: { zip: pl.String },
    columns: ["x", "zip"],
  });
  expect(frame.toRecords()).toEqual([
    { x: null, zip: "01234" },
    { x: 2, zip: "00001" },
  ]);
});

test("readCsv() reads all files of a pattern", async () => {
  write("part-1.csv", "x\n1\n");
  write("part-2.csv", "x\n2\n");
  expect((await readCsv(file("part-*.csv"))).getColumn("x").toArray()).toEqual([1, 2]);
});

test("readCsv() takes a path with brackets for a path where there is such a file", async () => {
  mkdirSync(file("[old] data"));
  const path = write("[old] data/a*.csv", "x\n1\n");
  expect((await readCsv(path)).getColumn("x").toArray()).toEqual([1]);
  const parquet = write("[old] data/a.parquet", pl.DataFrame({ x: [2] }).writeParquet());
  expect((await readParquet(parquet)).getColumn("x").toArray()).toEqual([2]);
  const arrow = write("[old] data/a.arrow", pl.DataFrame({ x: [3] }).writeIPC());
  expect((await readArrow(arrow)).getColumn("x").toArray()).toEqual([3]);
});

test.each<[what: string, content: string | Buffer, options: CsvOptions, message: string, hint: string]>([
  [
    "another separator in the file",
    "a;b\n1;2\n",
    {},
    'PATH has one column, "a;b"',
    'Pass { separator: ";" } if that stands between two values.',
  ],
  [
    "a separator of two characters",
    "a;;b\n",
    { separator: ";;" },
    'separator is ";;", and has to be one character of ASCII',
    'Pass one such as ";" or "\\t".',
  ],
  [
    "no separator",
    "a,b\n",
    { separator: "" },
    'separator is "", and has to be one character of ASCII',
    'Pass one such as ";" or "\\t".',
  ],
  [
    "a type for a column that is not there",
    "zip,b\n1,2\n",
    { dtypes: { zipp: pl.String } },
    'PATH has no column "zipp", which dtypes names; did you mean "zip"?',
    "Name columns of the header in dtypes.",
  ],
  [
    "an option that is not there",
    "a,b\n1,2\n",
    JSON.parse('{"seperator": ";"}'),
    'readCsv has no option "seperator"; did you mean "separator"?',
    "Pass some of separator, nullValues, dtypes, columns, nRows.",
  ],
  ["UTF-16", Buffer.from("\ufeffa,b\n", "utf16le"), {}, "PATH is written in UTF-16", "Save it as UTF-8."],
])("readCsv() refuses %s", async (_, content, options, message, hint) => {
  const path = write("refused.csv", content);
  const thrown = await failure(() => readCsv(path, options));
  expect(thrown.message).toBe(message.replace("PATH", `"${path}"`));
  expect(thrown.hint).toBe(hint);
});

test("readCsv() refuses a pattern of compressed files, which would end polars, and one of no files", async () => {
  const packed = write("packed-1.csv.gz", gzipSync(csv));
  expect((await failure(() => readCsv(file("packed-*.csv.gz")))).message).toBe(
    `"${packed}" is compressed by gzip, and is read with others`,
  );
  expect((await failure(() => readCsv(file("none-*.csv")))).message).toBe(
    `There is no file "${file("none-*.csv")}"`,
  );
});

test("readCsv() names a line with too many values, and a column that is not there", async () => {
  const path = write("ragged.csv", "a,b\n1,2\n1,2,3\n");
  expect((await failure(() => readCsv(path))).message).toStartWith(
    `Cannot read "${path}" as CSV: found more fields than defined in 'Schema'`,
  );
  expect((await failure(() => readCsv(file("every.csv"), { columns: ["nme"] }))).message).toContain(
    'unable to find column "nme"',
  );
});

test("readNdjson() makes numbers of integers and fractions, and skips lines with nothing in them", async () => {
  const path = write("mixed.ndjson", '{"a":1}\n\n{"a":2.5}\r\n{"a":null,"b":"late"}');
  expect((await readNdjson(path)).toRecords()).toEqual([
    { a: 1, b: null },
    { a: 2.5, b: null },
    { a: null, b: "late" },
  ]);
  expect((await readNdjson(path, { nRows: 2 })).getColumn("a").toArray()).toEqual([1, 2.5]);
});

test("readNdjson() names an empty file, and one that is no JSON", async () => {
  const empty = write("empty.ndjson", "");
  expect((await failure(() => readNdjson(empty))).message).toBe(`"${empty}" is empty`);
  expect((await failure(() => readNdjson(file("every.csv")))).message).toStartWith(
    `Cannot read "${file("every.csv")}" as NDJSON: `,
  );
});

test("readParquet() makes numbers of decimals, and refuses what is no Parquet", async () => {
  const price = pl.Series("price", ["12.50", null], pl.String).cast(pl.Decimal(10, 2));
  const path = write("decimals.parquet", pl.DataFrame([price]).writeParquet());
  expect<unknown>((await readParquet(path)).getColumn("price").toArray()).toEqual([12.5, null]);
  expect((await failure(() => readParquet(file("every.csv")))).message).toStartWith(
    `Cannot read "${file("every.csv")}" as Parquet: `,
  );
});

test("readCsv() refuses what ends polars: text that Zstandard compressed, and gzip cut off", async () => {
  const zst = write("a.csv.zst", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]));
  expect((await failure(() => readCsv(zst))).message).toBe(`"${zst}" is compressed by Zstandard`);
  const cut = write("cut.csv.gz", gzipSync(csv).subarray(0, 40));
  expect((await failure(() => readCsv(cut))).message).toStartWith(`Cannot unpack "${cut}": `);
});
