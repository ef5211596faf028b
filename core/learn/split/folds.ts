import { MltError } from "../../errors.ts";
import { ascendingOrder } from "../metrics/ascending-order.ts";
import { permutation, seededRandom } from "../random.ts";
import { type Split, splitWhere } from "./split.ts";
import { nearestCut } from "./time-split.ts";

/**
 * k splits of n_rows, each row tested on once, and every class in each fold by its share: scikit-learn's StratifiedKFold,
 * of one class its KFold, shuffled by the seed.
 *
 * @param classes  of each row, a number from 0 to k - 1
 * @throws {MltError} when no class has as many rows as there are folds
 */
export function stratifiedFolds(classes: Int32Array, folds: number, seed: number): Split[] {
  const counts = countCodes(classes);
  if (!counts.some((count) => count >= folds)) {
    throw tooFew(folds, counts.length > 1 ? "rows of each class" : "rows");
  }
  const order = permutation(classes.length, seededRandom(seed));
  // The rows, sorted by class, are dealt out in turn, so that all folds get equally many; as in scikit-learn, the classes
  // are sorted by their first row.
  const dealt = Int32Array.from(counts);
  let first = 0;
  for (const code of new Set(classes)) {
    dealt[code] = first;
    first += counts[code] ?? 0;
  }
  const foldOf = new Int32Array(classes.length);
  for (const row of order) {
    const code = classes[row] ?? 0;
    const place = dealt[code] ?? 0;
    dealt[code] = place + 1;
    foldOf[row] = place % folds;
  }
  return splitsOf(foldOf, folds);
}

/**
 * k splits of n_rows, each row tested on once and no group on both sides; folds are about equally large: the largest group
 * goes to the smallest fold, as in scikit-learn's GroupKFold.
 *
 * @param groups  of each row, a number from 0 to g - 1
 * @throws {MltError} when there are fewer groups than folds
 */
export function groupFolds(groups: Int32Array, folds: number): Split[] {
  const sizes = countCodes(groups);
  const present = [...sizes.keys()].filter((group) => (sizes[group] ?? 0) > 0);
  if (present.length < folds) throw tooFew(folds, "groups");
  const filled = new Int32Array(folds);
  const foldOfGroup = new Int32Array(sizes.length);
  for (const group of present.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)) {
    const fold = filled.indexOf(filled.reduce((least, rows) => Math.min(least, rows)));
    foldOfGroup[group] = fold;
    filled[fold] = (filled[fold] ?? 0) + (sizes[group] ?? 0);
  }
  return splitsOf(
    groups.map((group) => foldOfGroup[group] ?? 0),
    folds,
  );
}

/**
 * k splits of n_rows by time: each learns from all that came before the rows it is tested on, and the next one tests on what
 * came after those. Sizes are those of scikit-learn's TimeSeriesSplit, but that rows of one time stay together.
 *
 * @param times  of each row, in any unit
 * @throws {MltError} when there are too few times
 */
export function timeFolds(times: Float64Array, folds: number): Split[] {
  const n = times.length;
  const order = ascendingOrder(times);
  const ascending = Float64Array.from(order, (row) => times[row] ?? 0);
  const size = Math.floor(n / (folds + 1));
  const starts = Array.from(
    { length: folds },
    (_, fold) => nearestCut(ascending, n - (folds - fold) * size) ?? 0,
  );
  if (size === 0 || starts.some((start, fold) => start <= (starts[fold - 1] ?? 0))) {
    throw tooFew(folds, "times");
  }
  return starts.map((start, fold) => ({
    train: order.slice(0, start).sort(),
    test: order.slice(start, starts[fold + 1] ?? n).sort(),
  }));
}

function splitsOf(foldOf: Int32Array, folds: number): Split[] {
  return Array.from({ length: folds }, (_, fold) =>
    splitWhere(Uint8Array.from(foldOf, (other) => (other === fold ? 1 : 0))),
  );
}

function countCodes(codes: Int32Array): Int32Array {
  const counts = new Int32Array(codes.reduce((most, code) => Math.max(most, code), -1) + 1);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function tooFew(folds: number, what: string): MltError {
  return new MltError(`There are fewer ${what} to learn from than ${folds} folds need`, {
    hint: "Set fewer folds (train.folds), or load more rows.",
  });
}
