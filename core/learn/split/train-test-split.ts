import { MltError } from "../../errors.ts";
import { sortLabels } from "../labels.ts";
import { permutation, seededRandom } from "../random.ts";
import { type Split, splitWhere, testRowsOf } from "./split.ts";

export interface SplitOptions {
  readonly nRows: number;
  /** Share of the rows to test on, between 0 and 1; rounded up to whole rows. */
  readonly testSize: number;
  readonly seed: number;
  /** The label of each row: every label then gets its share of both parts. */
  readonly stratify?: readonly string[];
}

/**
 * Splits the rows at random: the same seed gives the same split.
 * Stratified, the rows of a label are divided in proportion, remainders going to the labels that lose most by rounding;
 * a label of two or more rows is on both sides, even if the test part must grow or shrink for it, and a lone row is
 * learned from.
 *
 * @throws {MltError} when a part would be empty
 * @throws {RangeError} when testSize is not between 0 and 1, or there is not one label a row
 */
export function trainTestSplit({ nRows, testSize, seed, stratify }: SplitOptions): Split {
  if (stratify !== undefined && stratify.length !== nRows) {
    throw new RangeError(`Cannot stratify ${nRows} rows by ${stratify.length} labels`);
  }
  const wanted = testRowsOf(nRows, testSize);
  const labels = stratify ?? Array.from({ length: nRows }, () => "");
  const isTest = drawTest(labels, testRows(labels, wanted), permutation(nRows, seededRandom(seed)));
  const split = splitWhere(isTest);
  if (split.train.length > 0 && split.test.length > 0) return split;
  throw new MltError(`Cannot split ${nRows} ${nRows === 1 ? "row" : "rows"} into a train and a test part`, {
    hint: "Load more rows, at least two of each class.",
  });
}

/** The first rows of each label in the random order, as many as `left` says. */
function drawTest(labels: readonly string[], left: Map<string, number>, order: Int32Array): Uint8Array {
  const drawn = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0;
    const label = labels[row] ?? "";
    const rows = left.get(label) ?? 0;
    if (rows === 0) continue;
    drawn[row] = 1;
    left.set(label, rows - 1);
  }
  return drawn;
}

interface Quota {
  readonly label: string;
  /** The fair share of the test part, which is rarely whole. */
  readonly share: number;
  readonly least: number;
  readonly most: number;
  rows: number;
}

/** How many rows of each label to test on, by the largest remainder. */
function testRows(labels: readonly string[], wanted: number): Map<string, number> {
  const counts = new Map(sortLabels(new Set(labels)).map((label) => [label, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const quotas: Quota[] = Array.from(counts, ([label, count]) => {
    const share = (wanted * count) / labels.length;
    const least = count > 1 ? 1 : 0;
    const most = count - 1;
    return { label, share, least, most, rows: Math.min(most, Math.max(least, Math.floor(share))) };
  });
  let missing = wanted - quotas.reduce((sum, { rows }) => sum + rows, 0);
  for (; missing > 0; missing--) adjust(quotas, 1);
  for (; missing < 0; missing++) adjust(quotas, -1);
  return new Map(quotas.map(({ label, rows }) => [label, rows]));
}

/** Gives a row to, or takes one from, the label whose share is farthest that way; of equals the first. */
function adjust(quotas: readonly Quota[], change: 1 | -1): void {
  const gain = ({ share, rows }: Quota) => change * (share - rows);
  const [first, ...others] = quotas.filter(
    ({ rows, least, most }) => rows + change >= least && rows + change <= most,
  );
  if (first === undefined) return;
  const chosen = others.reduce((best, quota) => (gain(quota) > gain(best) ? quota : best), first);
  chosen.rows += change;
}
