import { type Block, packColumns, requireNumbers, type Table } from "../table.ts";
import { type FittedColumn, matchColumns } from "./fitted-columns.ts";

/** What each column is shifted by, and then divided by. */
export interface Scaling {
  readonly columns: readonly FittedColumn[];
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Every column less its center, divided by its scale; a missing value stays missing.
 * All scalers give these nodes, Sub and Div, which a linear model evaluates together with its own.
 *
 * @throws {MltError} when the columns are not those of `fit`
 */
export function scaleColumns(table: Table, { columns: fitted, center, scale }: Scaling, who: string): Table {
  const columns = matchColumns(table, fitted, who);
  const block: Block = {
    width: columns.length,
    toOnnx(context) {
      const row = (values: readonly number[]) =>
        context.graph.constant({ type: "double", shape: [1, values.length], values });
      const centred = context.graph.node("Sub", [packColumns(columns, context), row(center)]);
      return context.graph.node("Div", [centred, row(scale)]);
    },
  };
  return {
    ...table,
    columns: columns.map((column, index) => {
      const { name, values } = requireNumbers(column, `${who} reads numbers only`);
      const [shift, divisor] = [center[index] ?? 0, scale[index] ?? 1];
      const scaled = new Float64Array(values.length);
      for (let row = 0; row < scaled.length; row++)
        scaled[row] = ((values[row] ?? Number.NaN) - shift) / divisor;
      return { kind: "number", name, values: scaled, block, index };
    }),
  };
}

/** A spread to divide by: 1 for a column that hardly varies, as in scikit-learn. */
export function divisorOf(spread: number): number {
  return spread < 10 * Number.EPSILON ? 1 : spread;
}
