import { MltError } from "../errors.ts";
import type { Frame } from "../learn/frame.ts";
import { readIsoDate } from "../learn/preprocessing/iso-date.ts";
import { nearest } from "../nearest.ts";

/** The column of groups, as numbers. */
export interface Groups {
  readonly nGroups: number;
  /** Of each row, from 0 in the order in which the groups first occur. */
  readonly codes: Int32Array;
}

/** The column of times, as numbers. */
export interface Times {
  /** Of each row: milliseconds since 1970 of dates and text, numbers as they are. */
  readonly values: Float64Array;
  /** As a person writes it. */
  format(value: number): string;
}

/**
 * Reads the column that says which rows belong together.
 *
 * @throws {MltError} when it is not there, has missing values, or holds one group only
 */
export function readGroups(frame: Frame, column: string): Groups {
  const codeOf = new Map<unknown, number>();
  const codes = Int32Array.from(readColumn(frame, column), (value) => {
    const key = value instanceof Date ? value.getTime() : value;
    const code = codeOf.get(key) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(key, code);
    return code;
  });
  if (codeOf.size > 1) return { nGroups: codeOf.size, codes };
  throw new MltError(`Column "${column}" of train.split holds one group only`, {
    hint: "Load rows of more groups, or set another train.split.",
  });
}

/**
 * Reads the column that says when a row is from: dates, numbers, or ISO 8601 text, which is in UTC where it names no zone.
 *
 * @throws {MltError} when it is not there, has missing values, holds anything else, or one time only
 */
export function readTimes(frame: Frame, column: string): Times {
  const cells = readColumn(frame, column);
  const isNumeric = typeof cells[0] === "number" || typeof cells[0] === "bigint";
  const read = isNumeric ? asNumber : asMilliseconds;
  const values = Float64Array.from(cells, (cell, row) => {
    const value = read(cell);
    if (!Number.isNaN(value)) return value;
    throw new MltError(`Column "${column}" of train.split holds no time in row ${row + 1}`, {
      hint: "Return dates, numbers, or text such as 2024-01-31 or 2024-01-31T13:00:00Z from the data loader.",
    });
  });
  if (values.some((value) => value !== values[0])) return { values, format: isNumeric ? String : formatTime };
  throw new MltError(`Column "${column}" of train.split holds one time only`, {
    hint: "Load rows of more times, or set another train.split.",
  });
}

function readColumn(frame: Frame, column: string): readonly unknown[] {
  if (!frame.columns.includes(column)) {
    const guess = nearest(column, frame.columns);
    throw new MltError(`DataLoader.loadData returned no column "${column}", which train.split.column names`, {
      hint:
        guess === undefined ? "Return the column, or set train.split.column." : `Did you mean "${guess}"?`,
    });
  }
  const cells = frame.getColumn(column).toArray();
  const missing = cells.filter((cell) => cell === null || cell === undefined || Number.isNaN(cell)).length;
  if (missing === 0) return cells;
  throw new MltError(`Column "${column}" of train.split is missing in ${missing} of ${cells.length} rows`, {
    hint: "Drop those rows in the data loader, or give each a value.",
  });
}

function asNumber(cell: unknown): number {
  return typeof cell === "number" || typeof cell === "bigint" ? Number(cell) : Number.NaN;
}

const isoTime = /^\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/;

function asMilliseconds(cell: unknown): number {
  if (cell instanceof Date) return cell.getTime();
  const parts = typeof cell === "string" ? isoTime.exec(cell) : null;
  if (parts === null) return Number.NaN;
  const [text, day, time, , , zone] = parts;
  // JavaScript reads 30 February as 1 March.
  if (day !== undefined && readIsoDate(text) === undefined) return Number.NaN;
  // Without a zone a runtime would take its machine's.
  const zoned = time !== undefined && zone === undefined ? `${text}Z` : text;
  return Date.parse(zoned.replace(" ", "T"));
}

function formatTime(value: number): string {
  return new Date(value).toISOString().replace(/T00:00:00\.000Z$|\.000(?=Z$)/, "");
}
