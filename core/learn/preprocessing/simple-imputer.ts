import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import type { OnnxValue } from "../../onnx/graph.ts";
import { readOptions } from "../options.ts";
import { meanAndStd, median, mode } from "../statistics.ts";
import { type Block, type OnnxContext, packColumns, type Table, type TableColumn } from "../table.ts";
import {
  FittedColumn,
  fittedColumns,
  matchColumns,
  presentNumbers,
  presentValues,
} from "./fitted-columns.ts";
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
    addIndicator: Type.Boolean({ default: false, description: "true or false" }),
  },
  { additionalProperties: false },
);

/**
 * `fillValue` is for the strategy `"constant"`: 0 for numbers and `"missing_value"` for text when not given.
 * `addIndicator` adds a column of 0 and 1 for each column that lacks values in `fit`, last: `missingindicator_age`.
 */
export type SimpleImputerOptions = Partial<Static<typeof Options>>;

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    fill: Type.Array(Type.Union([Type.Number(), Type.String()])),
    /** Names of the columns that have an indicator; models of before mlt had any lack it. */
    indicated: Type.Optional(Type.Array(Type.String())),
  },
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
      indicated: this.params.addIndicator ? table.columns.filter(hasMissing).map(({ name }) => name) : [],
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
          filled.set(column, impute(column, fill[index] ?? 0, { block, index }));
        }
      }
      const indicators = columns.filter(({ name }) => state.indicated?.includes(name)).map(indicator);
      return {
        ...table,
        columns: [...columns.map((column) => filled.get(column) ?? column), ...indicators],
      };
    },
  };
}

function hasMissing(column: TableColumn): boolean {
  return column.kind === "text" ? column.values.includes("") : column.values.some(Number.isNaN);
}

/** 1 where the column lacks a value. */
function indicator(column: TableColumn): TableColumn {
  const block: Block = {
    width: 1,
    toOnnx: (context) =>
      context.graph.node("Cast", [missingInOnnx(column.kind, packColumns([column], context), context)], {
        to: { int: 11 },
      }),
  };
  const values =
    column.kind === "text"
      ? Float64Array.from(column.values, (value) => Number(value === ""))
      : column.values.map((value) => Number(Number.isNaN(value)));
  return { kind: "number", name: `missingindicator_${column.name}`, values, block, index: 0 };
}

/** A column of codes is one of quantities afterwards: a mean of codes is none. */
function impute(
  { kind, name, values }: TableColumn,
  fill: number | string,
  place: { readonly block: Block; readonly index: number },
): TableColumn {
  if (kind === "number") {
    const filled = values.map((value) => (Number.isNaN(value) ? Number(fill) : value));
    return { kind, name, values: filled, ...place };
  }
  return { kind, name, values: values.map((value) => (value === "" ? String(fill) : value)), ...place };
}

function imputeInOnnx(
  kind: TableColumn["kind"],
  x: OnnxValue,
  fill: readonly (number | string)[],
  context: OnnxContext,
): OnnxValue {
  const { graph } = context;
  const shape = [1, fill.length];
  const values =
    kind === "number"
      ? graph.constant({ type: "double", shape, values: fill.map(Number) })
      : graph.constant({ type: "string", shape, values: fill.map(String) });
  return graph.node("Where", [missingInOnnx(kind, x, context), values, x]);
}

function missingInOnnx(kind: TableColumn["kind"], x: OnnxValue, { graph }: OnnxContext): OnnxValue {
  if (kind === "number") return graph.node("IsNaN", [x]);
  // ONNX cannot compare text before opset 19: look "" up instead.
  const isMissing = graph.node(
    "LabelEncoder",
    [x],
    { keys_strings: { strings: [""] }, values_int64s: { ints: [1] }, default_int64: { int: 0 } },
    "ai.onnx.ml",
  );
  return graph.node("Cast", [isMissing], { to: { int: 9 } });
}
