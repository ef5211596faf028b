import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import { readOptions } from "../options.ts";
import { quantile } from "../statistics.ts";
import type { Table } from "../table.ts";
import { FittedColumn, fittedColumns, presentNumbers } from "./fitted-columns.ts";
import { divisorOf, scaleColumns } from "./scaled-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const Percent = Type.Number({ minimum: 0, maximum: 100 });

const Options = Type.Object(
  {
    withCentering: Type.Boolean({ default: true, description: "true or false" }),
    withScaling: Type.Boolean({ default: true, description: "true or false" }),
    quantileRange: Type.Tuple([Percent, Percent], {
      default: [25, 75],
      description: "two percentages, the smaller first, such as [25, 75]",
    }),
  },
  { additionalProperties: false },
);

export interface RobustScalerOptions {
  readonly withCentering?: boolean;
  readonly withScaling?: boolean;
  readonly quantileRange?: readonly [number, number];
}

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    center: Type.Array(Type.Number()),
    scale: Type.Array(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
);

const who = "RobustScaler";

/**
 * Subtracts each column's median and divides by the distance of two quantiles, which outliers do not move.
 * Missing values do not count, and stay missing.
 */
export class RobustScaler extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Static<typeof Options>>;

  constructor({ quantileRange, ...options }: RobustScalerOptions = {}) {
    super();
    const range: { quantileRange?: [number, number] } =
      quantileRange === undefined ? {} : { quantileRange: [...quantileRange] };
    this.params = readOptions(who, Options, { ...options, ...range });
    const [low, high] = this.params.quantileRange;
    if (low < high) return;
    throw new MltError(`${who} cannot scale by the quantiles ${low} to ${high}`, {
      hint: "Give the smaller percentage of quantileRange first.",
    });
  }

  learn(table: Table): FittedTransform {
    const { withCentering, withScaling, quantileRange } = this.params;
    const scalings = table.columns.map((column) => {
      const sorted = presentNumbers(column, who).sort();
      const [low, high] = quantileRange.map((percent) => quantile(sorted, percent / 100));
      return {
        center: withCentering ? quantile(sorted, 0.5) : 0,
        scale: withScaling ? divisorOf((high ?? 0) - (low ?? 0)) : 1,
      };
    });
    return scaling({
      columns: fittedColumns(table),
      center: scalings.map(({ center }) => center),
      scale: scalings.map(({ scale }) => scale),
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return scaling(state);
  }
}

function scaling(state: Static<typeof State>): FittedTransform {
  return { state, apply: (table) => scaleColumns(table, state, who) };
}
