import { MltError } from "../errors.ts";
import { columnNumbers } from "../learn/column-numbers.ts";
import type { Frame } from "../learn/frame.ts";
import { nearest } from "../nearest.ts";
import type { Columns } from "./columns.ts";
import { type Feature, isText } from "./feature-spec.ts";

/**
 * The features of a data frame, checked by the rules that a request is checked by.
 *
 * @param source  how the frame is called in an error, such as `DataLoader.loadData`
 * @throws {MltError} that lists every column at odds with features.yaml
 */
export function readFrame(frame: Frame, features: readonly Feature[], source: string): Columns {
  const problems: string[] = [];
  const values = new Map<string, Float32Array | readonly string[]>();
  for (const feature of features) {
    if (!frame.columns.includes(feature.name)) {
      problems.push(absent(feature.name, frame.columns));
      continue;
    }
    const column = frame.getColumn(feature.name);
    values.set(
      feature.name,
      isText(feature)
        ? readText(column.toArray(), feature, problems)
        : readNumbers(columnNumbers(column) ?? column.toArray(), feature, problems),
    );
  }
  if (problems.length > 0) {
    throw new MltError(
      `The data of ${source} do not fit features.yaml\n${problems.map((line) => `  ${line}`).join("\n")}`,
      {
        hint: "Mend the data where they are loaded, or the feature's description in features.yaml.",
      },
    );
  }
  return { nRows: frame.height, values };
}

function absent(name: string, columns: readonly string[]): string {
  const guess = nearest(name, columns);
  return `Column "${name}" is missing${guess === undefined ? `; there are ${quoteList(columns)}` : `; did you mean "${guess}"?`}`;
}

function quoteList(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => `"${name}"`);
  return names.length > 10 ? `${shown.join(", ")} and ${names.length - 10} more` : shown.join(", ");
}

function readNumbers(column: ArrayLike<unknown>, feature: Feature, problems: string[]): Float32Array {
  const numbers = new Float32Array(column.length);
  const faults = new Faults(feature);
  for (let row = 0; row < numbers.length; row++) {
    const number = toNumber(column[row]);
    const fault = number === undefined ? `not ${article(feature.type)}` : numberFault(number, feature);
    if (fault !== undefined) faults.add(row, fault);
    numbers[row] = number ?? Number.NaN;
  }
  problems.push(...faults.lines());
  return numbers;
}

function toNumber(value: unknown): number | undefined {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
  return undefined;
}

function numberFault(number: number, feature: Feature): string | undefined {
  if (Number.isNaN(number)) return feature.nullable ? undefined : "missing, and the feature is not nullable";
  if (!Number.isFinite(Math.fround(number))) return "beyond what float32 can hold";
  if (feature.type === "integer" && !Number.isInteger(number)) return "not an integer";
  if (feature.type === "boolean" && number !== 0 && number !== 1) return "not a boolean";
  if (feature.min !== undefined && number < feature.min) return `under its min ${feature.min}`;
  if (feature.max !== undefined && number > feature.max) return `over its max ${feature.max}`;
  return undefined;
}

function readText(column: readonly unknown[], feature: Feature, problems: string[]): readonly string[] {
  const faults = new Faults(feature);
  const choices = feature.values === undefined ? undefined : new Set(feature.values);
  const text = column.map((value, row) => {
    if (value === null || value === undefined || value === "") {
      if (!feature.nullable) faults.add(row, "missing, and the feature is not nullable");
      return "";
    }
    const fault = textFault(value, choices);
    if (fault !== undefined) faults.add(row, fault);
    return String(value);
  });
  problems.push(...faults.lines());
  return text;
}

function textFault(value: unknown, choices: ReadonlySet<unknown> | undefined): string | undefined {
  if (typeof value !== "string") return "not text";
  if (value.includes("\0")) return "text with a NUL, behind which a model reads nothing";
  return choices === undefined || choices.has(value) ? undefined : "none of its values";
}

function article(type: Feature["type"]): string {
  return type === "integer" ? "an integer" : `a ${type}`;
}

/** Counts what is wrong with a column, so that a million bad rows make one line. */
class Faults {
  private readonly feature: Feature;
  private readonly found = new Map<string, { count: number; firstRow: number }>();

  constructor(feature: Feature) {
    this.feature = feature;
  }

  add(row: number, what: string): void {
    const known = this.found.get(what);
    if (known === undefined) this.found.set(what, { count: 1, firstRow: row });
    else known.count++;
  }

  lines(): string[] {
    return Array.from(this.found, ([what, { count, firstRow }]) => {
      const rows = count === 1 ? `row ${firstRow + 1} is` : `${count} rows, the first ${firstRow + 1}, are`;
      return `Column "${this.feature.name}": ${rows} ${what}`;
    });
  }
}
