import type { FeatureSpec } from "./feature-spec.ts";
import type { RowsAsColumns } from "./pack-rows.ts";
import { powersOfTen, skipBlanks, skipBytes } from "./scan-json.ts";
import { IdColumn, type ScannedColumn, scannedColumn } from "./scanned-column.ts";

/**
 * Makes the function that reads rows straight from the bytes of a request, without the objects that a JSON parser makes:
 * the way of nearly every request that holds what it should.
 *
 * @returns a function that gives the rows as columns, or nothing for a body that it does not take: one that is wrong,
 *          or right and unusual (an escape in a text), which `rowPacker` then tells apart.
 *          What it takes, `rowPacker` takes with the same values.
 */
export function rowScanner(
  { features, id }: Pick<FeatureSpec, "features" | "id">,
  maxRows: number,
): (bytes: Uint8Array) => RowsAsColumns | undefined {
  const encoder = new TextEncoder();
  const names = [...features.map(({ name }) => name), ...(id === undefined ? [] : [id])];
  const layout: Layout = {
    keys: names.map((name) => encoder.encode(JSON.stringify(name))),
    optional: [...features.map(({ nullable }) => nullable), true],
    nRequired: features.filter(({ nullable }) => !nullable).length,
    leads: features.map(({ name }, index) =>
      encoder.encode(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    ),
  };
  // Braces and a comma, then of each required field its key, a colon, a value and a comma.
  const leastBytes = layout.keys.reduce(
    (sum, key, index) => sum + (layout.optional[index] ? 0 : key.length + 3),
    2,
  );
  return (bytes) => {
    const capacity = Math.min(maxRows, Math.max(1, Math.floor((bytes.length - 1) / leastBytes)));
    const ids = new IdColumn();
    const columns = features.map((feature) => scannedColumn(feature, capacity));
    const nRows = scanRows(bytes, layout, id === undefined ? columns : [...columns, ids], capacity);
    if (nRows === 0) return undefined;
    const values = new Map<string, Float32Array | readonly string[]>();
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      if (column !== undefined) values.set(names[index] ?? "", column.finish(nRows));
    }
    return { columns: { nRows, values }, ids: ids.finish() };
  };
}

/** What of a column the loops need. */
type ReadColumn = Pick<ScannedColumn, "read" | "keep">;

interface Layout {
  /** Names as JSON has them, with their quotes. */
  readonly keys: readonly Uint8Array[];
  /** Whether a row may be without the field. */
  readonly optional: readonly boolean[];
  readonly nRequired: number;
  /** What stands before each feature's value in a row of all features in their order, without blanks. */
  readonly leads: readonly Uint8Array[];
}

const bracket = 0x5b;
const endBracket = 0x5d;
const brace = 0x7b;
const endBrace = 0x7d;
const comma = 0x2c;
const colon = 0x3a;
const space = 0x20;
const point = 0x2e;

/** @returns how many rows there are; 0 when the body is not taken */
function scanRows(
  bytes: Uint8Array,
  layout: Layout,
  columns: readonly ReadColumn[],
  capacity: number,
): number {
  // Of each field, the last row, counted from 1, that had it.
  const seen = new Int32Array(columns.length);
  let at = skipBlanks(bytes, 0);
  let mark = bytes[at] === bracket ? comma : 0;
  let row = 0;
  for (; mark === comma && row < capacity; row++) {
    const start = skipBlanks(bytes, at + 1);
    at = scanPlainRow(bytes, start, layout.leads, columns, row);
    if (at === -1) at = scanRow(bytes, start, layout, columns, row, seen);
    if (at === -1) return 0;
    at = skipBlanks(bytes, at);
    mark = bytes[at] ?? 0;
  }
  return mark === endBracket && skipBlanks(bytes, at + 1) === bytes.length ? row : 0;
}

/**
 * The place behind a row as most programs write it: one comparison of bytes for all that stands between two values, and
 * numbers of up to 15 digits, without sign or exponent, read here. Anything else its column reads.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop over bytes; every call in it costs as much as its work.
function scanPlainRow(
  bytes: Uint8Array,
  start: number,
  leads: readonly Uint8Array[],
  columns: readonly ReadColumn[],
  row: number,
): number {
  let at = start;
  for (let field = 0; field < leads.length; field++) {
    const lead = leads[field];
    const column = columns[field];
    if (lead === undefined || column === undefined) return -1;
    for (let index = 0; index < lead.length; index++) if (bytes[at + index] !== lead[index]) return -1;
    at += lead.length;
    let place = at;
    let digits = 0;
    let byte = bytes[place] ?? 0;
    for (; byte >= 0x30 && byte <= 0x39; byte = bytes[++place] ?? 0) digits = digits * 10 + byte - 0x30;
    const nWhole = place - at;
    let scale = 0;
    if (byte === point) {
      byte = bytes[++place] ?? 0;
      for (; byte >= 0x30 && byte <= 0x39; byte = bytes[++place] ?? 0) digits = digits * 10 + byte - 0x30;
      scale = place - at - nWhole - 1;
    }
    const isPlain =
      (byte === comma || byte === endBrace) &&
      (nWhole === 1 || (nWhole > 1 && bytes[at] !== 0x30)) &&
      (scale > 0 || place === at + nWhole) &&
      nWhole + scale <= 15;
    at =
      isPlain && column.keep(digits / (powersOfTen[scale] ?? 1), row) ? place : column.read(bytes, at, row);
    if (at === -1) return -1;
  }
  return bytes[at] === endBrace ? at + 1 : -1;
}

/** The place behind the row at `at`; -1 when it is not taken. A key that stands twice is not: `rowPacker` tells of it. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop over bytes; every call in it costs as much as its work.
function scanRow(
  bytes: Uint8Array,
  start: number,
  { keys, optional, nRequired }: Layout,
  columns: readonly ReadColumn[],
  row: number,
  seen: Int32Array,
): number {
  if (bytes[start] !== brace) return -1;
  let at = start;
  let found = 0;
  let expected = 0;
  let mark = comma;
  while (mark === comma) {
    // Asked here first: a call for every blank that is not there would take as long as all the rest.
    if ((bytes[++at] ?? 0) <= space) at = skipBlanks(bytes, at);
    const field = keyAt(bytes, at, keys, expected);
    const column = columns[field];
    if (column === undefined || seen[field] === row + 1) return -1;
    seen[field] = row + 1;
    if (!optional[field]) found++;
    expected = field + 1;
    at += keys[field]?.length ?? 0;
    if ((bytes[at] ?? 0) <= space) at = skipBlanks(bytes, at);
    if (bytes[at] !== colon) return -1;
    if ((bytes[++at] ?? 0) <= space) at = skipBlanks(bytes, at);
    at = column.read(bytes, at, row);
    if (at === -1) return -1;
    if ((bytes[at] ?? 0) <= space) at = skipBlanks(bytes, at);
    mark = bytes[at] ?? 0;
  }
  return mark === endBrace && found === nRequired ? at + 1 : -1;
}

/** The field whose key stands at `at`, most often the next one; -1 when it is none. */
function keyAt(bytes: Uint8Array, at: number, keys: readonly Uint8Array[], expected: number): number {
  const next = keys[expected];
  if (next !== undefined && skipBytes(bytes, at, next) !== -1) return expected;
  return keys.findIndex((key) => skipBytes(bytes, at, key) !== -1);
}
