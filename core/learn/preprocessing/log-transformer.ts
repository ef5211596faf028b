import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import type { OnnxValue } from "../../onnx/graph.ts";
import { type Block, type OnnxContext, packColumns, requireNumbers, type Table } from "../table.ts";
import { FittedColumn, fittedColumns, matchColumns, presentNumbers } from "./fitted-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const State = Type.Object({ columns: Type.Array(FittedColumn) }, { additionalProperties: false });
type State = Static<typeof State>;

const who = "LogTransformer";

/**
 * The natural logarithm of 1 + x, which brings long tails of amounts and counts in: scikit-learn's
 * FunctionTransformer(np.log1p). A value of -1 or less is refused in `fit`; later it becomes -infinity or NaN.
 * Missing values stay missing.
 */
export class LogTransformer extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Record<never, never>> = {};

  learn(table: Table): FittedTransform {
    for (const column of table.columns) {
      const odd = presentNumbers(column, who).find((value) => value <= -1);
      if (odd === undefined) continue;
      throw new MltError(`Column "${column.name}" holds ${odd}; ${who} takes numbers above -1`, {
        hint: "Scale the column instead, or shift it in the data loader.",
      });
    }
    return logarithms({ columns: fittedColumns(table) });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return logarithms(state);
  }
}

function logarithms(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const columns = matchColumns(table, state.columns, who);
      const block: Block = {
        width: columns.length,
        toOnnx: (context) => log1pInOnnx(packColumns(columns, context), context),
      };
      return {
        ...table,
        columns: columns.map((column, index) => {
          const { name, values } = requireNumbers(column, `${who} reads numbers only`);
          return { kind: "number", name, values: values.map(log1p), block, index };
        }),
      };
    },
  };
}

/**
 * As the graph has it, and as exact as Math.log1p: what is lost in 1 + x is won back by the quotient.
 *
 * @see Goldberg, What every computer scientist should know about floating-point arithmetic, 1991, theorem 4
 */
function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 ? x : (x * Math.log(sum)) / (sum - 1);
}

function log1pInOnnx(x: OnnxValue, { graph }: OnnxContext): OnnxValue {
  const one = graph.constant({ type: "double", shape: [], values: [1] });
  const sum = graph.node("Add", [x, one]);
  const product = graph.node("Mul", [x, graph.node("Log", [sum])]);
  const quotient = graph.node("Div", [product, graph.node("Sub", [sum, one])]);
  return graph.node("Where", [graph.node("Equal", [sum, one]), x, quotient]);
}
