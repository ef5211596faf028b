import type { Split } from "../learn/split/split.ts";
import { formatCount, formatRows, formatShare } from "../report/format.ts";
import type { DataFinding } from "./data-finding.ts";
import { type FeatureValues, someValues } from "./feature-values.ts";
import { repeatedRows } from "./repeated-rows.ts";

/** Of the rows, from which repeating is no accident. */
const repeatedShare = 0.01;
/** How many times as many rows there could be, from which rows that are equal are no accident. */
const room = 10;
const sampleRows = 5_000;

/** Rows that stand there more than once, above all on both sides of the split. @param target  as float32 */
export function rowFindings(
  features: readonly FeatureValues[],
  target: Float32Array,
  split: Split,
): readonly DataFinding[] {
  const nRows = target.length;
  if (!canDiffer(features, nRows)) return [];
  const columns = [...features.map(({ values }) => values), target];
  const { repeated, heldOutLearned } = repeatedRows(columns, split);
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

/** Whether the features have many more combinations of values than there are rows. */
function canDiffer(features: readonly FeatureValues[], nRows: number): boolean {
  let combinations = 1;
  for (const { values } of features) {
    combinations *= new Set(someValues(values, sampleRows)).size;
    if (combinations > room * nRows) return true;
  }
  return false;
}
