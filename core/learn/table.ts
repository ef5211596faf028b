import { MltError } from "../errors.ts";
import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Frame } from "./frame.ts";
import { Matrix, type OnnxInputs, type Trace } from "./matrix.ts";

/** Columns on their way through preprocessing, numbers and text side by side; all of n_rows. */
export interface Table {
  readonly nRows: number;
  readonly columns: readonly TableColumn[];
  /** The frame that they came from; absent where anything but mlt's own transformers took part. */
  readonly source: Frame | undefined;
}

/** One column, and where ONNX finds it: column `index` of what `block` gives. */
export type TableColumn = NumberColumn | TextColumn;

export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** A missing value is NaN. */
  readonly values: Float64Array;
  /** Whether the values are codes of categories, 0 to k - 1; absent means quantities. */
  readonly categorical?: true;
  readonly block: Block;
  readonly index: number;
}

export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** A missing value is "". */
  readonly values: readonly string[];
  readonly block: Block;
  readonly index: number;
}

/** Columns of one kind that ONNX computes together: a double or string tensor, n_rows × width. */
export interface Block {
  readonly width: number;
  toOnnx(context: OnnxContext): OnnxValue;
}

/** One export to ONNX. */
export interface OnnxContext {
  readonly graph: OnnxGraph;
  readonly inputs: OnnxInputs;
  /** What `block` gives, computed once in the graph however many need it. */
  valueOf(block: Block): OnnxValue;
}

/** The columns as one tensor, n_rows × their number; they are all of one kind. */
export function packColumns(columns: readonly TableColumn[], context: OnnxContext): OnnxValue {
  const parts = runsOfOneBlock(columns).map((run) => partOfBlock(run, context));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return context.graph.node("Concat", parts, { axis: { int: 1 } });
}

/**
 * The table as a matrix, traced to its frame.
 *
 * @throws {MltError} when a column holds text; `reason` says why it may not
 */
export function tableToMatrix({ nRows, columns, source }: Table, reason: string): Matrix {
  const data = new Float64Array(nRows * columns.length);
  for (const [offset, column] of columns.entries()) {
    const { values } = requireNumbers(column, reason);
    for (let row = 0; row < nRows; row++) data[row * columns.length + offset] = values[row] ?? Number.NaN;
  }
  const names = columns.map(({ name }) => name);
  const categorical = columns
    .filter((column) => column.kind === "number" && column.categorical)
    .map(({ name }) => name);
  const trace: Trace | undefined = source && {
    source,
    toOnnx: (graph, inputs) => packColumns(columns, onnxContext(graph, inputs)),
  };
  return new Matrix(names, data, { trace, categorical });
}

/** @throws {MltError} when the column holds text; `reason` says why it may not */
export function requireNumbers(column: TableColumn, reason: string): NumberColumn {
  if (column.kind === "number") return column;
  throw new MltError(`Column "${column.name}" holds text; ${reason}`, {
    hint: "Turn the column into numbers with a OneHotEncoder.",
  });
}

function onnxContext(graph: OnnxGraph, inputs: OnnxInputs): OnnxContext {
  const known = new Map<Block, OnnxValue>();
  const context: OnnxContext = {
    graph,
    inputs,
    valueOf(block) {
      const value = known.get(block) ?? block.toOnnx(context);
      known.set(block, value);
      return value;
    },
  };
  return context;
}

/** Neighbours that come from one block are taken from it at once. */
function runsOfOneBlock(columns: readonly TableColumn[]): TableColumn[][] {
  const runs: TableColumn[][] = [];
  for (const column of columns) {
    const run = runs.at(-1);
    if (run?.[0]?.block === column.block) run.push(column);
    else runs.push([column]);
  }
  return runs;
}

function partOfBlock(run: readonly TableColumn[], context: OnnxContext): OnnxValue {
  const [first] = run;
  if (first === undefined) throw new RangeError("Cannot pack no columns");
  const value = context.valueOf(first.block);
  const isWhole = run.length === first.block.width && run.every(({ index }, place) => index === place);
  if (isWhole) return value;
  const indices = context.graph.constant({
    type: "int64",
    shape: [run.length],
    values: run.map(({ index }) => index),
  });
  return context.graph.node("Gather", [value, indices], { axis: { int: 1 } });
}
