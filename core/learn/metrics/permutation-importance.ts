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
  /** The class of each row: of a rare one more rows are then chosen, all of them where they are few. */
  readonly classes?: readonly unknown[];
}

/**
 * Permutation importance of every feature, the most important first, equals by name.
 *
 * @see Breiman (2001), Random Forests, section 10; scikit-learn's permutation_importance
 */
export async function permutationImportance(
  options: PermutationImportanceOptions,
): Promise<FeatureImportance[]> {
  const { columns, score, repeats, random, maxRows, classes = [] } = options;
  const rows = chosen(permutation(columns.nRows, random), maxRows, classes).sort();
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

/** The first `maxRows` of the order, after the first of each class: as many of each where there are as many. */
function chosen(order: Int32Array, maxRows: number, classes: readonly unknown[]): Int32Array {
  if (order.length <= maxRows) return order;
  const taken = new Map<unknown, number>(classes.map((label) => [label, 0]));
  const share = Math.floor(maxRows / Math.max(1, taken.size));
  const isFirst = order.map((row) => {
    const count = taken.get(classes[row]);
    if (count === undefined || count >= share) return 0;
    taken.set(classes[row], count + 1);
    return 1;
  });
  const first = order.filter((_, place) => isFirst[place] === 1);
  const others = order.filter((_, place) => isFirst[place] === 0);
  return Int32Array.from([...first, ...others.subarray(0, maxRows - first.length)]);
}
