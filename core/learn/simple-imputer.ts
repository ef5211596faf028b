import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../errors.ts";
import type { OnnxValue } from "../onnx/graph.ts";
import {
  FittedColumn,
  fittedColumns,
  matchColumns,
  presentNumbers,
  presentValues,
} from "./fitted-columns.ts";
import { readOptions } from "./options.ts";
import { meanAndStd, median, mode } from "./statistics.ts";
import { type Block, type OnnxContext, packColumns, type Table, type TableColumn } from "./table.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const strategies = ["mean", "median", "most_frequent", "constant"] as const;

const Options = Type.Object(
  {
    strategy: Type.Union(
      strategies.map((strategy) => Type.Literal(strategy)),
      { default: "mean", description: strategies.map((strategy) => `"${strategy}"`).join(" or ") },
    ),
    fillValue: Type.Optional(
      Type.Union([Type.Number(), Type.String()], { description: "a number, or a text for columns of text" }),
    ),
  },
  { additionalProperties: false },
);

/** `fillValue` is for the strategy `"constant"`: 0 for numbers and `"missing_value"` for text when not given. */
export type SimpleImputerOptions = Partial<Static<typeof Options>>;

const State = Type.Object(
  { columns: Type.Array(FittedColumn), fill: Type.Array(Type.Union([Type.Number(), Type.String()])) },
  { additionalProperties: false },
);
type State = Static<typeof State>;

/**
 * Puts a value where one is missing: NaN or null among numbers, null or "" among text.
 * Text can only be `"most_frequent"` or `"constant"`, and stays text: a OneHotEncoder after it makes it numbers.
 */
export class SimpleImputer extends TableTransformer {
  readonly name = "SimpleImputer";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: SimpleImputerOptions = {}) {
    super();
    this.params = readOptions("SimpleImputer", Options, options);
  }

  learn(table: Table): FittedTransform {
    return imputing({
      columns: fittedColumns(table),
      fill: table.columns.map((column) => this.#fillFor(column)),
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(this.name);
    return imputing(state);
  }

  #fillFor(column: TableColumn): number | string {
    const { strategy } = this.params;
    if (strategy === "constant") return this.#constantFor(column);
    if (strategy === "most_frequent") return mode(presentValues(column, this.name)) ?? 0;
    if (column.kind === "number") {
      const values = presentNumbers(column, this.name);
      return strategy === "mean" ? meanAndStd(values).mean : median(values);
    }
    throw new MltError(
      `SimpleImputer cannot take the ${strategy} of column "${column.name}", which holds text`,
      {
        hint: 'Use the strategy "most_frequent" or "constant" for text.',
      },
    );
  }

  #constantFor({ name, kind }: TableColumn): number | string {
    const value = this.params.fillValue ?? (kind === "number" ? 0 : "missing_value");
    if ((typeof value === "number") === (kind === "number")) return value;
    throw new MltError(
      `SimpleImputer cannot fill column "${name}", which holds ${kind}, with ${typeof value}`,
      {
        hint: "Impute numbers and text with two SimpleImputers in a columnTransformer.",
      },
    );
  }
}

function imputing(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const columns = matchColumns(table, state.columns, "SimpleImputer");
      const filled = new Map<TableColumn, TableColumn>();
      for (const kind of ["number", "text"] as const) {
        const same = columns.filter((column) => column.kind === kind);
        const fill = same.map((column) => state.fill[columns.indexOf(column)] ?? 0);
        const block: Block = {
          width: same.length,
          toOnnx: (context) => imputeInOnnx(kind, packColumns(same, context), fill, context),
        };
        for (const [index, column] of same.entries()) {
          filled.set(column, { ...impute(column, fill[index] ?? 0), block, index });
        }
      }
      return { ...table, columns: columns.map((column) => filled.get(column) ?? column) };
    },
  };
}

function impute(column: TableColumn, fill: number | string): TableColumn {
  if (column.kind === "number") {
    return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? Number(fill) : value)) };
  }
  return { ...column, values: column.values.map((value) => (value === "" ? String(fill) : value)) };
}

function imputeInOnnx(
  kind: TableColumn["kind"],
  x: OnnxValue,
  fill: readonly (number | string)[],
  { graph }: OnnxContext,
): OnnxValue {
  const shape = [1, fill.length];
  if (kind === "number") {
    const values = graph.constant({ type: "double", shape, values: fill.map(Number) });
    return graph.node("Where", [graph.node("IsNaN", [x]), values, x]);
  }
  // ONNX cannot compare text before opset 19: look "" up instead.
  const isMissing = graph.node(
    "LabelEncoder",
    [x],
    { keys_strings: { strings: [""] }, values_int64s: { ints: [1] }, default_int64: { int: 0 } },
    "ai.onnx.ml",
  );
  const values = graph.constant({ type: "string", shape, values: fill.map(String) });
  return graph.node("Where", [graph.node("Cast", [isMissing], { to: { int: 9 } }), values, x]);
}
