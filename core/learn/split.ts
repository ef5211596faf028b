import { MltError } from "../errors.ts";
import { sortLabels } from "./labels.ts";
import { permutation, seededRandom } from "./random.ts";

export interface SplitOptions {
  readonly nRows: number;
  /** Share of the rows to test on, between 0 and 1; rounded up to whole rows. */
  readonly testSize: number;
  readonly seed: number;
  /** The label of each row: every label then gets its share of both parts. */
  readonly stratify?: readonly string[];
}

/** Which rows to learn from and which to test on; together all rows, each part in ascending order. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
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
  if (!(testSize > 0 && testSize < 1))
    throw new RangeError(`testSize must lie between 0 and 1, not ${testSize}`);
  if (stratify !== undefined && stratify.length !== nRows) {
    throw new RangeError(`Cannot stratify ${nRows} rows by ${stratify.length} labels`);
  }
  // Rounded first: 0.07 * 100 is a little more than 7.
  const wanted = Math.min(nRows - 1, Math.ceil(Number((nRows * testSize).toPrecision(12))));
  const labels = stratify ?? Array.from({ length: nRows }, () => "");
  const isTest = drawTest(labels, testRows(labels, wanted), permutation(nRows, seededRandom(seed)));
  const rows = Int32Array.from({ length: nRows }, (_, row) => row);
  const split = {
    train: rows.filter((row) => !isTest.has(row)),
    test: rows.filter((row) => isTest.has(row)),
  };
  if (split.train.length > 0 && split.test.length > 0) return split;
  throw new MltError(`Cannot split ${nRows} ${nRows === 1 ? "row" : "rows"} into a train and a test part`, {
    hint: "Load more rows, at least two of each class.",
  });
}

/** The first rows of each label in the random order, as many as `left` says. */
function drawTest(labels: readonly string[], left: Map<string, number>, order: Int32Array): Set<number> {
  const drawn = new Set<number>();
  for (const row of order) {
    const label = labels[row] ?? "";
    const rows = left.get(label) ?? 0;
    if (rows === 0) continue;
    drawn.add(row);
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
