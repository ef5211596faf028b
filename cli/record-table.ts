import type { LogRecord, LogValue } from "../core/prediction-log/log-record.ts";
import { recordId } from "../core/prediction-log/record-query.ts";
import { printable } from "../core/report/printable.ts";
import { styleResult } from "./output.ts";

type Style = Parameters<typeof styleResult>[0];

interface Column {
  readonly title: string;
  readonly text: (record: LogRecord) => string;
  readonly style?: (record: LogRecord) => Style | undefined;
  readonly alignRight?: (record: LogRecord) => boolean;
  /** Whether the column is left out where the first records have nothing in it: a regression has no probabilities. */
  readonly isOptional?: boolean;
}

const allColumns: readonly Column[] = [
  { title: "time", text: ({ fields }) => timeText(fields["timestamp"]), style: () => "dim" },
  { title: "id or request:row", text: ({ fields }) => nameOf(fields) },
  { title: "event", text: ({ event }) => event, style: () => "dim" },
  {
    title: "prediction",
    text: answerOf,
    style: ({ event }) => (event === "feedback" ? "magenta" : "green"),
    alignRight: ({ fields }) => typeof fields["prediction"] === "number",
  },
  {
    title: "probability",
    text: ({ fields }) => fixed(fields["proba_1"], 4),
    alignRight: () => true,
    isOptional: true,
  },
  {
    title: "latency",
    text: ({ fields }) => fixed(fields["latency_ms"], 2, " ms"),
    alignRight: () => true,
    isOptional: true,
  },
  { title: "model", text: ({ fields }) => modelOf(fields), style: () => "dim" },
];

/** A longer cell pushes the rest of its line, not all lines. */
const widest = 44;
/** A request and its row fit; of what a client makes longer, --json has the whole. */
const longest = 140;

/** Writes records as lines of a table that is not known as a whole: a column grows where it must. */
export interface RecordTable {
  /** With the header before the first. */
  lines(records: readonly LogRecord[]): readonly string[];
}

/** @param width  of the terminal, in characters: what the first records have no room for is left out, the least telling column first */
export function recordTable(width = Number.POSITIVE_INFINITY): RecordTable {
  let columns: readonly SizedColumn[] | undefined;
  return {
    lines(records) {
      if (records.length === 0) return [];
      const header = columns === undefined;
      columns ??= columnsFor(records, width);
      const rows = records.map((record) => cellsOf(record, columns ?? []));
      for (const [index, column] of columns.entries()) column.width = widthFor(rows, index, column.width);
      const lines = rows.map((cells) => line(cells, columns ?? []));
      return header ? [headerOf(columns), ...lines] : lines;
    },
  };
}

interface SizedColumn extends Column {
  width: number;
}

interface Cell {
  readonly text: string;
  readonly style: Style | undefined;
  readonly alignRight: boolean;
}

const leastTelling: readonly string[] = ["model", "latency", "event", "probability"];

function columnsFor(records: readonly LogRecord[], width: number): readonly SizedColumn[] {
  let columns = allColumns
    .filter(({ isOptional, text }) => isOptional !== true || records.some((record) => text(record) !== ""))
    .map((column) => ({ ...column, width: column.title.length }));
  for (const title of leastTelling) {
    if (widthOf(records, columns) <= width) break;
    columns = columns.filter((column) => column.title !== title);
  }
  return columns;
}

function widthOf(records: readonly LogRecord[], columns: readonly SizedColumn[]): number {
  const rows = records.map((record) => cellsOf(record, columns));
  const widths = columns.map((column, index) => widthFor(rows, index, column.width));
  return widths.reduce((sum, each) => sum + each + 2, -2);
}

function cellsOf(record: LogRecord, columns: readonly Column[]): readonly Cell[] {
  return columns.map(({ text, style, alignRight }) => ({
    text: printable(text(record), longest),
    style: style?.(record),
    alignRight: alignRight?.(record) ?? false,
  }));
}

function widthFor(rows: readonly (readonly Cell[])[], index: number, width: number): number {
  return rows.reduce((sum, row) => Math.max(sum, Math.min(widest, row[index]?.text.length ?? 0)), width);
}

function headerOf(columns: readonly SizedColumn[]): string {
  const cells = columns.map(({ title }) => ({ text: title, style: undefined, alignRight: false }));
  return styleResult("bold", line(cells, columns));
}

function line(cells: readonly Cell[], columns: readonly SizedColumn[]): string {
  const padded = columns.map(({ width }, index) => {
    const { text, style, alignRight } = cells[index] ?? { text: "", style: undefined, alignRight: false };
    const isLast = index === columns.length - 1;
    const whole = alignRight ? text.padStart(width) : isLast ? text : text.padEnd(width);
    return style === undefined || text === "" ? whole : styleResult(style, whole);
  });
  return padded.join("  ").trimEnd();
}

/** `2026-11-24 20:13:44.123 +01:00`, with nothing behind it for UTC's `Z`. */
function timeText(timestamp: LogValue | undefined): string {
  const [, day = "", time = "", zone = ""] = /^(.{10})T(.{12})(.*)$/.exec(String(timestamp)) ?? [];
  return `${day} ${time}${zone === "Z" ? "Z" : ` ${zone}`}`;
}

function nameOf(fields: LogRecord["fields"]): string {
  const id = recordId(fields);
  if (id !== undefined) return String(id);
  const isFeedback = fields["predicted_request_id"] !== undefined;
  return isFeedback
    ? `${fields["predicted_request_id"]}:${fields["predicted_row"]}`
    : `${fields["request_id"]}:${fields["row"]}`;
}

function answerOf({ event, fields }: LogRecord): string {
  return event === "feedback" ? `truth: ${fields["truth"]}` : String(fields["prediction"]);
}

function modelOf(fields: LogRecord["fields"]): string {
  return [fields["model_name"], fields["model_version"]].filter((part) => part !== undefined).join(" ");
}

function fixed(value: LogValue | undefined, digits: number, unit = ""): string {
  return typeof value === "number" ? value.toFixed(digits) + unit : "";
}
