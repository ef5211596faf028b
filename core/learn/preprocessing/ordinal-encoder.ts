import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { OnnxAttributes } from "../../onnx/messages.ts";
import type { Block, Table, TableColumn } from "../table.ts";
import { asKeys, categoriesOf, lookUpInOnnx, placesIn } from "./categories.ts";
import { FittedColumn, fittedColumns, matchColumns } from "./fitted-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    /** Of each column, in the order of their codes. */
    categories: Type.Array(Type.Array(Type.Union([Type.Number(), Type.String()]))),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

const who = "OrdinalEncoder";

/**
 * A number from 0 for each category that `fit` saw, in sorted order. A missing value, and a category that `fit` did not
 * see, is NaN. The columns are marked as categories, for models that split by them rather than by size.
 */
export class OrdinalEncoder extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Record<never, never>> = {};

  learn(table: Table): FittedTransform {
    return encoding({
      columns: fittedColumns(table),
      categories: table.columns.map((column) => categoriesOf(column, who)),
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return encoding(state);
  }
}

function encoding(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const columns = matchColumns(table, state.columns, who);
      return {
        ...table,
        columns: columns.map((column, index) => encode(column, state.categories[index] ?? [])),
      };
    },
  };
}

function encode(column: TableColumn, categories: readonly (number | string)[]): TableColumn {
  const codes: OnnxAttributes = {
    values_floats: { floats: categories.map((_, place) => place) },
    default_float: { float: Number.NaN },
  };
  const block: Block = {
    width: 1,
    toOnnx: (context) =>
      context.graph.node("Cast", [lookUpInOnnx(column, categories, codes, context)], { to: { int: 11 } }),
  };
  const places = placesIn(asKeys(column), categories);
  const values = Float64Array.from(places, (place) => (place < 0 ? Number.NaN : place));
  return { kind: "number", name: column.name, values, categorical: true, block, index: 0 };
}
