import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { readOptions } from "../options.ts";
import { meanAndStd } from "../statistics.ts";
import type { Table } from "../table.ts";
import { FittedColumn, fittedColumns, presentNumbers } from "./fitted-columns.ts";
import { scaleColumns } from "./scaled-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const Options = Type.Object(
  {
    withMean: Type.Boolean({ default: true, description: "true or false" }),
    withStd: Type.Boolean({ default: true, description: "true or false" }),
  },
  { additionalProperties: false },
);

export type StandardScalerOptions = Partial<Static<typeof Options>>;

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    mean: Type.Array(Type.Number()),
    scale: Type.Array(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

/**
 * Subtracts each column's mean and divides by its standard deviation (ddof 0); a constant column is only shifted.
 * Missing values do not count, and stay missing.
 */
export class StandardScaler extends TableTransformer {
  readonly name = "StandardScaler";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: StandardScalerOptions = {}) {
    super();
    this.params = readOptions("StandardScaler", Options, options);
  }

  learn(table: Table): FittedTransform {
    const { withMean, withStd } = this.params;
    const scales = table.columns.map((column) => meanAndStd(presentNumbers(column, this.name)));
    return scaling({
      columns: fittedColumns(table),
      mean: scales.map(({ mean }) => (withMean ? mean : 0)),
      scale: scales.map(({ std }) => (withStd ? std || 1 : 1)),
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(this.name);
    return scaling(state);
  }
}

function scaling(state: State): FittedTransform {
  const { columns, mean: center, scale } = state;
  return { state, apply: (table) => scaleColumns(table, { columns, center, scale }, "StandardScaler") };
}
