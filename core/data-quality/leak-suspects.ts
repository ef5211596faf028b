import type { Split } from "../learn/split/split.ts";
import { binsOf, columnBins } from "./column-bins.ts";
import { type FeatureValues, someRows } from "./feature-values.ts";

/** The target of n_rows: numbers, or the place of each label among the classes. */
export type TargetValues =
  | { readonly task: "classification"; readonly codes: Int32Array; readonly nClasses: number }
  | { readonly task: "regression"; readonly numbers: Float64Array };

/** Below them, chance tells a target now and then. */
const leastRows = 20;
const mostRows = 50_000;
/** Ranges times classes: beyond it they are too many to learn one from the other. */
const mostCells = 10_000_000;
/** Of the way from guessing to knowing, of a classification and of a regression. */
const suspicious = { classification: 0.98, regression: 0.99 };

/**
 * Names of the features that alone tell the target all but perfectly: the most likely class, or the mean, of each of up to
 * 64 ranges of the rows to learn from, asked of these rows and of the rows held out. A class counts as much as another, so that a rare one is not overlooked.
 */
export function leakSuspects(
  features: readonly FeatureValues[],
  target: TargetValues,
  split: Split,
): readonly string[] {
  if (split.test.length < leastRows) return [];
  const train = someRows(split.train, mostRows);
  const test = someRows(split.test, mostRows);
  return features
    .filter((feature) => isSuspect(feature, target, { train, test }))
    .map(({ feature }) => feature.name);
}

function isSuspect(feature: FeatureValues, target: TargetValues, { train, test }: Split): boolean {
  const bins = columnBins(feature, train);
  const nAnswers = target.task === "classification" ? target.nClasses : 1;
  // Labels of few rows each, as names have, are learned by heart.
  if (bins.count > train.length || bins.count * nAnswers > mostCells) return false;
  const learned = { rows: train, bins: binsOf(feature.values, train, bins) };
  const heldOut = { rows: test, bins: binsOf(feature.values, test, bins) };
  const skills =
    target.task === "classification"
      ? classSkills(target, bins.count, [learned, heldOut])
      : numberSkills(target.numbers, bins.count, [learned, heldOut]);
  return skills.every((skill) => skill >= suspicious[target.task]);
}

interface BinnedRows {
  readonly rows: Int32Array;
  readonly bins: Int32Array;
}

type Sides = readonly [learned: BinnedRows, heldOut: BinnedRows];

/** 0 for guessing, 1 for knowing: the balanced accuracy of the class that each bin has the largest share of. */
function classSkills(
  { codes, nClasses }: Extract<TargetValues, { task: "classification" }>,
  nBins: number,
  sides: Sides,
): readonly number[] {
  const [{ rows, bins }] = sides;
  const counts = new Float64Array(nBins * nClasses);
  const ofClass = new Float64Array(nClasses);
  for (const [index, row] of rows.entries()) {
    const code = codes[row] ?? 0;
    add(counts, (bins[index] ?? 0) * nClasses + code, 1);
    add(ofClass, code, 1);
  }
  const answers = Int32Array.from({ length: nBins }, (_, bin) => {
    const share = (code: number) => (counts[bin * nClasses + code] ?? 0) / Math.max(1, ofClass[code] ?? 0);
    let best = 0;
    for (let code = 1; code < nClasses; code++) if (share(code) > share(best)) best = code;
    return best;
  });
  return sides.map((side) => classSkill(side, answers, { codes, nClasses }));
}

function classSkill(
  { rows, bins }: BinnedRows,
  answers: Int32Array,
  { codes, nClasses }: { readonly codes: Int32Array; readonly nClasses: number },
): number {
  const asked = new Float64Array(nClasses);
  const right = new Float64Array(nClasses);
  for (const [index, row] of rows.entries()) {
    const code = codes[row] ?? 0;
    add(asked, code, 1);
    if (answers[bins[index] ?? 0] === code) add(right, code, 1);
  }
  const recalls = Array.from(asked, (count, code) => (count === 0 ? undefined : (right[code] ?? 0) / count));
  const known = recalls.filter((recall) => recall !== undefined);
  if (known.length < 2) return 0;
  const accuracy = known.reduce((sum, recall) => sum + recall, 0) / known.length;
  return (accuracy - 1 / known.length) / (1 - 1 / known.length);
}

/** The coefficient of determination of the mean of each bin. */
function numberSkills(numbers: Float64Array, nBins: number, sides: Sides): readonly number[] {
  const [{ rows, bins }] = sides;
  const sums = new Float64Array(nBins);
  const counts = new Float64Array(nBins);
  for (const [index, row] of rows.entries()) {
    add(sums, bins[index] ?? 0, numbers[row] ?? 0);
    add(counts, bins[index] ?? 0, 1);
  }
  const overall = sums.reduce((sum, part) => sum + part, 0) / rows.length;
  const means = sums.map((sum, bin) => ((counts[bin] ?? 0) === 0 ? overall : sum / (counts[bin] ?? 1)));
  return sides.map((side) => {
    const truth = Float64Array.from(side.rows, (row) => numbers[row] ?? 0);
    const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
    let [error, spread] = [0, 0];
    for (const [index, value] of truth.entries()) {
      error += (value - (means[side.bins[index] ?? 0] ?? 0)) ** 2;
      spread += (value - mean) ** 2;
    }
    return spread === 0 ? 0 : 1 - error / spread;
  });
}

function add(into: Float64Array, place: number, amount: number): void {
  into[place] = (into[place] ?? 0) + amount;
}
