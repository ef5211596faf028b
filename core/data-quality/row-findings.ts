import type { Split } from "../learn/split/split.ts";
import { formatCount, formatRows, formatShare } from "../report/format.ts";
import type { DataFinding } from "./data-finding.ts";
import { type FeatureValues, someValues } from "./feature-values.ts";
import { repeatedRows } from "./repeated-rows.ts";

/** Of the rows, from which repeating is no accident. */
const repeatedShare = 0.01;
/** How many times as many rows as by chance; features have something to do with each other, so chance does more. */
const beyondChance = 10;
const sampleRows = 5_000;

/** Rows that stand there more than once, above all on both sides of the split. @param target  as float32 */
export function rowFindings(
  features: readonly FeatureValues[],
  target: Float32Array,
  split: Split,
): readonly DataFinding[] {
  const nRows = target.length;
  const columns = [...features.map(({ values }) => values), target];
  const { repeated, heldOutLearned } = repeatedRows(columns, split);
  if (repeated <= beyondChance * chanceRepeats(features, nRows)) return [];
  const nTest = split.test.length;
  const findings: DataFinding[] = [];
  if (heldOutLearned > repeatedShare * nTest) {
    const share = formatShare(heldOutLearned / nTest);
    const message = `${formatCount(heldOutLearned)} of ${formatRows(nTest)} held out (${share}) also ${heldOutLearned === 1 ? "stands" : "stand"} among the rows to learn from: the scores are better than they will be. Drop repeated rows in the data loader.`;
    findings.push({ kind: "held_out_row_learned", names: [], rows: heldOutLearned, message });
  }
  if (repeated > repeatedShare * nRows) {
    const message = `${formatCount(repeated)} of ${formatRows(nRows)} (${formatShare(repeated / nRows)}) ${repeated === 1 ? "repeats" : "repeat"} another in every feature and the target.`;
    findings.push({ kind: "repeated_row", names: [], rows: repeated, message });
  }
  return findings;
}

/**
 * How many rows would repeat another by chance if the features had nothing to do with each other: pairs of rows, times the
 * chance that two rows agree in every feature. Of few features with few digits it is not small.
 */
function chanceRepeats(features: readonly FeatureValues[], nRows: number): number {
  return features.reduce(
    (expected, { values }) => expected * agreement(someValues(values, sampleRows)),
    (nRows * (nRows - 1)) / 2,
  );
}

/** The chance that two different rows have the same value. */
function agreement(sample: Float32Array): number {
  const counts = new Map<number, number>();
  for (const value of sample) counts.set(value, (counts.get(value) ?? 0) + 1);
  const pairs = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return pairs / Math.max(1, sample.length * (sample.length - 1));
}
