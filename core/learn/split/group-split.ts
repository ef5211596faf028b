import { permutation, seededRandom } from "../random.ts";
import { type Split, splitWhere, testRowsOf } from "./split.ts";

export interface GroupSplitOptions {
  /** The group of each of n_rows: a number from 0 to g - 1, of which every one is there. */
  readonly groups: Int32Array;
  /** Share of the rows to test on, between 0 and 1, that the drawn groups come near to. */
  readonly testSize: number;
  readonly seed: number;
  /** The class of each row, a number from 0 to k - 1: both parts then get about their share of every class. */
  readonly classes?: Int32Array;
}

const draws = 20;

/**
 * Splits whole groups at random: no group is on both sides, and the same seed gives the same split.
 * As scikit-learn's GroupShuffleSplit, but `testSize` is a share of the rows, since groups may be of any size; and of 20
 * draws the one is taken whose number of rows, and of rows of each class, comes nearest to its share.
 *
 * @throws {RangeError} when there is a single group, or not one class a row
 */
export function groupSplit({ groups, testSize, seed, classes }: GroupSplitOptions): Split {
  const table = countClasses(groups, classes ?? new Int32Array(groups.length));
  if (table.nGroups < 2) throw new RangeError("Cannot split a single group");
  const wanted = testRowsOf(groups.length, testSize);
  const random = seededRandom(seed);
  let best: { readonly drawn: Uint8Array; readonly cost: number } | undefined;
  for (let draw = 0; draw < draws; draw++) {
    const drawn = drawGroups(table, wanted, permutation(table.nGroups, random));
    const cost = distance(table, wanted, drawn);
    if (best === undefined || cost < best.cost) best = { drawn, cost };
  }
  return splitWhere(Uint8Array.from(groups, (group) => best?.drawn[group] ?? 0));
}

/** Rows by group and class. */
interface GroupTable {
  readonly nGroups: number;
  readonly nClasses: number;
  /** nGroups × nClasses, row-major. */
  readonly counts: Int32Array;
  /** Rows of each group. */
  readonly sizes: Int32Array;
}

function countClasses(groups: Int32Array, classes: Int32Array): GroupTable {
  if (classes.length !== groups.length) {
    throw new RangeError(`Cannot spread ${classes.length} classes over ${groups.length} rows`);
  }
  const nGroups = groups.reduce((most, group) => Math.max(most, group), -1) + 1;
  const nClasses = classes.reduce((most, code) => Math.max(most, code), -1) + 1;
  const counts = new Int32Array(nGroups * nClasses);
  const sizes = new Int32Array(nGroups);
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] ?? 0;
    const cell = group * nClasses + (classes[row] ?? 0);
    counts[cell] = (counts[cell] ?? 0) + 1;
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  return { nGroups, nClasses, counts, sizes };
}

/** Takes each group in turn that brings the number of rows nearer; where none does, the smallest. */
function drawGroups({ nGroups, sizes }: GroupTable, wanted: number, order: Int32Array): Uint8Array {
  const drawn = new Uint8Array(nGroups);
  let rows = 0;
  let taken = 0;
  for (const group of order) {
    const size = sizes[group] ?? 0;
    if (taken === nGroups - 1 || Math.abs(rows + size - wanted) >= Math.abs(rows - wanted)) continue;
    drawn[group] = 1;
    rows += size;
    taken += 1;
  }
  if (taken === 0) drawn[smallest(sizes, order)] = 1;
  return drawn;
}

function smallest(sizes: Int32Array, order: Int32Array): number {
  return order.reduce((least, group) => ((sizes[group] ?? 0) < (sizes[least] ?? 0) ? group : least));
}

/** How many rows the drawn groups have too many or too few, in all and of each class. */
function distance(table: GroupTable, wanted: number, drawn: Uint8Array): number {
  const { nGroups, nClasses, counts } = table;
  const tested = new Float64Array(nClasses);
  const all = new Float64Array(nClasses);
  for (let group = 0; group < nGroups; group++) {
    for (let code = 0; code < nClasses; code++) {
      const rows = counts[group * nClasses + code] ?? 0;
      all[code] = (all[code] ?? 0) + rows;
      if (drawn[group] === 1) tested[code] = (tested[code] ?? 0) + rows;
    }
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const share = wanted / sum(all);
  const byClass = tested.map((rows, code) => Math.abs(rows - share * (all[code] ?? 0)));
  return Math.abs(sum(tested) - wanted) + sum(byClass);
}
