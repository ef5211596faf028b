import { MltError } from "../../../errors.ts";
import { nearest } from "../../../nearest.ts";
import type { Matrix } from "../../matrix.ts";
import type { BoostingOptions } from "../hist-gradient-boosting-options.ts";
import { isCategory } from "./bins.ts";
import type { GrowthColumn } from "./growth-work.ts";

interface ColumnProblem {
  readonly matrix: Matrix;
  readonly options: BoostingOptions;
  readonly who: string;
}

/**
 * What is known of the columns before the first tree.
 *
 * @throws {MltError} when an option names a column that is not there, or a direction is given to categories
 */
export function growthColumns(problem: ColumnProblem): GrowthColumn[] {
  const { matrix, options, who } = problem;
  const categorical = new Set(categoricalColumns(problem));
  const directions = options.monotonicCst ?? {};
  for (const name of [...categorical, ...Object.keys(directions)]) requireColumn(name, matrix, who);
  return matrix.columns.map((name) => ({
    isCategorical: categorical.has(name),
    direction: directionOf(name, directions[name] ?? 0, categorical.has(name), who),
  }));
}

function categoricalColumns({ matrix, options }: ColumnProblem): readonly string[] {
  if (options.categoricalFeatures === "from_dtype") return matrix.categorical;
  return options.categoricalFeatures ?? [];
}

function requireColumn(name: string, { columns }: Matrix, who: string): void {
  if (columns.includes(name)) return;
  const meant = nearest(name, columns);
  throw new MltError(`${who} finds no column "${name}"`, {
    hint: meant === undefined ? `Choose among ${columns.join(", ")}.` : `Write "${meant}".`,
  });
}

function directionOf(name: string, direction: number, isCategorical: boolean, who: string): number {
  if (direction === 0 || !isCategorical) return direction;
  throw new MltError(`${who} cannot give a direction to "${name}", a column of categories`, {
    hint: `Leave it out of monotonicCst, or out of categoricalFeatures.`,
  });
}

/**
 * The categories of a column, ascending; of some rows, or of all.
 *
 * @throws {MltError} when one is no whole number from 0 to 254
 */
export function seenCategories(
  { data, columns, nRows }: Matrix,
  rows: Int32Array | undefined,
  column: number,
  who: string,
): number[] {
  const seen = new Set<number>();
  for (let index = 0; index < (rows?.length ?? nRows); index++) {
    const row = rows?.[index] ?? index;
    const value = data[row * columns.length + column] ?? Number.NaN;
    if (!Number.isNaN(value)) seen.add(value);
  }
  const odd = [...seen].find((value) => !isCategory(value));
  if (odd === undefined) return [...seen].sort((a, b) => a - b);
  throw new MltError(
    `Column "${columns[column]}" holds ${odd}; a category of ${who} is a whole number from 0 to 254`,
    {
      hint: "Encode it with an OrdinalEncoder, or, with more than 255 categories, with a TargetEncoder.",
    },
  );
}
