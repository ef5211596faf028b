import type { Columns } from "../../features/columns.ts";
import { takeRows, takeValues } from "../../features/rows.ts";
import { permutation } from "../random.ts";
import { meanAndStd } from "../statistics.ts";

/** How much the score falls when one feature's values are shuffled among the rows. */
export interface FeatureImportance {
  readonly feature: string;
  /** Mean fall over the repeats: in the score's unit, around 0 for a feature that the model does not need. */
  readonly mean: number;
  /** Standard deviation over the repeats. */
  readonly std: number;
}

export interface PermutationImportanceOptions {
  readonly columns: Columns;
  /** Scores the model on these columns; `rows` says which rows of the original they hold. Higher is better. */
  readonly score: (columns: Columns, rows: Int32Array) => Promise<number>;
  /** Shuffles of each feature. */
  readonly repeats: number;
  readonly random: () => number;
  /** Of more rows than this, a random choice is scored. */
  readonly maxRows: number;
}

/**
 * Permutation importance of every feature, the most important first, equals by name.
 *
 * @see Breiman (2001), Random Forests, section 10; scikit-learn's permutation_importance
 */
export async function permutationImportance(
  options: PermutationImportanceOptions,
): Promise<FeatureImportance[]> {
  const { columns, score, repeats, random, maxRows } = options;
  const rows = permutation(columns.nRows, random).subarray(0, maxRows).sort();
  const sample = takeRows(columns, rows);
  const whole = await score(sample, rows);
  const importances: FeatureImportance[] = [];
  for (const [feature, values] of sample.values) {
    const falls: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const shuffled = takeValues(values, permutation(rows.length, random));
      const changed = { nRows: rows.length, values: new Map(sample.values).set(feature, shuffled) };
      falls.push(whole - (await score(changed, rows)));
    }
    importances.push({ feature, ...meanAndStd(Float64Array.from(falls)) });
  }
  return importances.sort((a, b) => b.mean - a.mean || (a.feature < b.feature ? -1 : 1));
}
