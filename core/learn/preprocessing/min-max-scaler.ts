import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import { readOptions } from "../options.ts";
import { type Block, type NumberColumn, packColumns, requireNumbers, type Table } from "../table.ts";
import { FittedColumn, fittedColumns, presentNumbers } from "./fitted-columns.ts";
import { divisorOf, scaleColumns } from "./scaled-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const Range = Type.Tuple([Type.Number(), Type.Number()], {
  default: [0, 1],
  description: "two numbers, the smaller first, such as [0, 1]",
});

const Options = Type.Object(
  { featureRange: Range, clip: Type.Boolean({ default: false, description: "true or false" }) },
  { additionalProperties: false },
);

export interface MinMaxScalerOptions {
  readonly featureRange?: readonly [number, number];
  readonly clip?: boolean;
}

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    center: Type.Array(Type.Number()),
    scale: Type.Array(Type.Number({ exclusiveMinimum: 0 })),
    clip: Type.Union([Range, Type.Null()]),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

const who = "MinMaxScaler";

/**
 * Brings each column to a range: the smallest value that `fit` saw becomes its first end, the largest its second.
 * A constant column becomes the first end. Other rows may lie outside, unless `clip` keeps them in.
 * Missing values do not count, and stay missing.
 */
export class MinMaxScaler extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Static<typeof Options>>;

  constructor({ featureRange, ...options }: MinMaxScalerOptions = {}) {
    super();
    const range: { featureRange?: [number, number] } =
      featureRange === undefined ? {} : { featureRange: [...featureRange] };
    this.params = readOptions(who, Options, { ...options, ...range });
    const [low, high] = this.params.featureRange;
    if (low < high) return;
    throw new MltError(`${who} cannot scale to the range ${low} to ${high}`, {
      hint: "Give the smaller number of featureRange first.",
    });
  }

  learn(table: Table): FittedTransform {
    const { featureRange, clip } = this.params;
    const [low, high] = featureRange;
    const scalings = table.columns.map((column) => {
      const values = presentNumbers(column, who);
      const least = values.reduce((a, b) => Math.min(a, b));
      const most = values.reduce((a, b) => Math.max(a, b));
      const scale = divisorOf(most - least) / (high - low);
      return { center: least - low * scale, scale };
    });
    return scaling({
      columns: fittedColumns(table),
      center: scalings.map(({ center }) => center),
      scale: scalings.map(({ scale }) => scale),
      clip: clip ? [low, high] : null,
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return scaling(state);
  }
}

function scaling(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const scaled = scaleColumns(table, state, who);
      return state.clip === null ? scaled : clipColumns(scaled, state.clip);
    },
  };
}

function clipColumns(table: Table, [low, high]: readonly [number, number]): Table {
  const block: Block = {
    width: table.columns.length,
    toOnnx(context) {
      const end = (value: number) => context.graph.constant({ type: "double", shape: [], values: [value] });
      return context.graph.node("Clip", [packColumns(table.columns, context), end(low), end(high)]);
    },
  };
  const columns = table.columns.map((column, index): NumberColumn => {
    const { name, values } = requireNumbers(column, `${who} reads numbers only`);
    const clipped = values.map((value) => Math.min(Math.max(value, low), high));
    return { kind: "number", name, values: clipped, block, index };
  });
  return { ...table, columns };
}
