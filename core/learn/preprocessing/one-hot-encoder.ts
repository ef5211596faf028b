import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { OnnxValue } from "../../onnx/graph.ts";
import { readOptions } from "../options.ts";
import { type Block, type OnnxContext, packColumns, type Table, type TableColumn } from "../table.ts";
import { categoriesOf, lookUpInOnnx, placesIn } from "./categories.ts";
import { FittedColumn, fittedColumns, matchColumns } from "./fitted-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const Options = Type.Object(
  {
    handleUnknown: Type.Literal("ignore", {
      default: "ignore",
      description: '"ignore": values are refused by declaring the column a category in features.yaml',
    }),
    drop: Type.Union([Type.Literal("first"), Type.Literal("if_binary"), Type.Null()], {
      default: null,
      description: '"first", "if_binary" or null',
    }),
  },
  { additionalProperties: false },
);

/** `drop` leaves out the first category of every column, or of those with two. */
export type OneHotEncoderOptions = Partial<Static<typeof Options>>;

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    /** Of each column, the categories that have an output column. */
    categories: Type.Array(Type.Array(Type.Union([Type.Number(), Type.String()]))),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

/**
 * A column of 0 and 1 for each category that `fit` saw, in sorted order: `colour_red`; of booleans `flag_0`, `flag_1`.
 * A missing value, and a category that `fit` did not see, is 0 in all of them: an ONNX graph cannot refuse a value,
 * so unlike scikit-learn's default nothing is refused here either. To keep missing values apart,
 * put a SimpleImputer with the strategy `"constant"` before it.
 */
export class OneHotEncoder extends TableTransformer {
  readonly name = "OneHotEncoder";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: OneHotEncoderOptions = {}) {
    super();
    this.params = readOptions("OneHotEncoder", Options, options);
  }

  learn(table: Table): FittedTransform {
    const { drop } = this.params;
    return encoding({
      columns: fittedColumns(table),
      categories: table.columns.map((column) => {
        const all = categoriesOf(column, this.name);
        return drop === "first" || (drop === "if_binary" && all.length === 2) ? all.slice(1) : all;
      }),
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(this.name);
    return encoding(state);
  }
}

function encoding(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const columns = matchColumns(table, state.columns, "OneHotEncoder");
      return {
        ...table,
        columns: columns.flatMap((column, index) => encode(column, state.categories[index] ?? [])),
      };
    },
  };
}

function encode(column: TableColumn, categories: readonly (number | string)[]): TableColumn[] {
  const block: Block = {
    width: categories.length,
    toOnnx: (context) => encodeInOnnx(column, categories, context),
  };
  const encoded = categories.map(() => new Float64Array(column.values.length));
  for (const [row, place] of placesIn(column, categories).entries()) {
    const hot = encoded[place];
    if (hot !== undefined) hot[row] = 1;
  }
  return encoded.map((values, index) => ({
    kind: "number",
    name: `${column.name}_${categories[index]}`,
    values,
    block,
    index,
  }));
}

function encodeInOnnx(
  column: TableColumn,
  categories: readonly (number | string)[],
  context: OnnxContext,
): OnnxValue {
  const { graph } = context;
  const shape = [1, categories.length];
  const toDouble = (equal: OnnxValue) => graph.node("Cast", [equal], { to: { int: 11 } });
  if (column.kind === "number") {
    const values = graph.constant({ type: "double", shape, values: categories.map(Number) });
    return toDouble(graph.node("Equal", [packColumns([column], context), values]));
  }
  const places = categories.map((_, place) => place);
  const answers = { values_int64s: { ints: places }, default_int64: { int: -1 } };
  const place = lookUpInOnnx(column, categories, answers, context);
  return toDouble(graph.node("Equal", [place, graph.constant({ type: "int64", shape, values: places })]));
}
