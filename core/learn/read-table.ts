import { MltError } from "../errors.ts";
import { columnNumbers } from "./column-numbers.ts";
import type { Features } from "./estimator.ts";
import type { Column } from "./frame.ts";
import { describeValue, isFrame } from "./is-frame.ts";
import { Matrix } from "./matrix.ts";
import type { Block, Table, TableColumn } from "./table.ts";

/**
 * The columns of a frame or a matrix.
 * A frame's numbers are rounded to float32, which is what a request's tensor holds; booleans are 0 and 1, a missing
 * number is NaN, a missing text "". A column without any value counts as numbers.
 *
 * @param who  The transformer or estimator that asks, for messages.
 * @throws {MltError} when a column holds anything but numbers, booleans or text, mixes them, or is not finite
 */
export function readTable(X: Features, who: string): Table {
  if (X instanceof Matrix) return matrixTable(X);
  if (!isFrame(X)) {
    throw new MltError(`${who} cannot read ${describeValue(X)} as its X`, {
      hint: "Give it a DataFrame of the feature columns.",
    });
  }
  const columns = X.columns.map((name) => readColumn(X.getColumn(name), name));
  return { nRows: X.height, columns, source: X };
}

function matrixTable({ nRows, columns, data, trace, categorical }: Matrix): Table {
  const block: Block = {
    width: columns.length,
    toOnnx({ graph, inputs }) {
      if (trace === undefined) throw new RangeError("Cannot export columns that are not traced to a frame");
      return trace.toOnnx(graph, inputs);
    },
  };
  return {
    nRows,
    source: trace?.source,
    columns: columns.map((name, index) => ({
      kind: "number",
      name,
      values: columnOf(data, columns.length, index),
      ...(categorical.includes(name) ? { categorical: true } : {}),
      block,
      index,
    })),
  };
}

function columnOf(data: Float64Array, width: number, index: number): Float64Array {
  const values = new Float64Array(data.length / width);
  for (let row = 0; row < values.length; row++) values[row] = data[row * width + index] ?? Number.NaN;
  return values;
}

function readColumn(column: Column, name: string): TableColumn {
  const block: Block = {
    width: 1,
    toOnnx({ inputs }) {
      const value = inputs.get(name);
      if (value === undefined) throw new RangeError(`The graph has no input for column "${name}"`);
      return value;
    },
  };
  const numbers = columnNumbers(column);
  if (numbers !== undefined) {
    const values = new Float64Array(numbers.length);
    for (let row = 0; row < values.length; row++) {
      const value = Math.fround(numbers[row] ?? Number.NaN);
      values[row] = Math.abs(value) === Number.POSITIVE_INFINITY ? float32(numbers[row], name, row) : value;
    }
    return { kind: "number", name, values, block, index: 0 };
  }
  const cells = column.toArray();
  const sample = cells.find((cell) => !isMissing(cell));
  if (typeof sample === "string") {
    return { kind: "text", name, values: cells.map((cell, row) => text(cell, name, row)), block, index: 0 };
  }
  const values = new Float64Array(cells.length);
  for (let row = 0; row < values.length; row++) values[row] = float32(cells[row], name, row);
  return { kind: "number", name, values, block, index: 0 };
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined;
}

function text(cell: unknown, name: string, row: number): string {
  if (isMissing(cell)) return "";
  if (typeof cell === "string") return cell;
  throw unreadable(name, row, `holds text, but ${describeValue(cell)}`);
}

function float32(cell: unknown, name: string, row: number): number {
  if (isMissing(cell)) return Number.NaN;
  const isNumber = typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean";
  if (!isNumber)
    throw unreadable(name, row, `must hold numbers, booleans or text, but ${describeValue(cell)}`);
  const value = Math.fround(Number(cell));
  if (Math.abs(value) === Number.POSITIVE_INFINITY) {
    throw unreadable(name, row, `must hold numbers that fit in float32, but ${cell}`);
  }
  return value;
}

function unreadable(name: string, row: number, problem: string): MltError {
  return new MltError(`Column "${name}" ${problem} stands in row ${row + 1}`, {
    hint: problem.endsWith(" a Date")
      ? "Make ISO 8601 text of the column in the data loader, and numbers of that with DateParts."
      : "Mend the column in the data loader.",
  });
}
