import { MltError } from "../errors.ts";
import type { Frame } from "../learn/frame.ts";
import { sortLabels } from "../learn/labels.ts";
import { groupFolds, stratifiedFolds, timeFolds } from "../learn/split/folds.ts";
import { groupSplit } from "../learn/split/group-split.ts";
import type { Split } from "../learn/split/split.ts";
import { timeSplit } from "../learn/split/time-split.ts";
import { trainTestSplit } from "../learn/split/train-test-split.ts";
import { readGroups, readTimes } from "./split-column.ts";

/** How rows are held out: at random, whole groups, or the latest. */
export type SplitRule =
  | { readonly strategy: "random" }
  | {
      readonly strategy: "group" | "time";
      /** Of the loaded frame: the group or the time of each row. It need not be a feature. */
      readonly column: string;
    };

export interface RowDivision {
  readonly split: Split;
  /** By what the rows were divided, in a few words. */
  readonly words: string;
  /** The groups or times of the rows, where they were divided by them. */
  readonly key?: Int32Array | Float64Array;
  /**
   * The rows to learn from, split by the same rule, once for each of the folds.
   *
   * @throws {MltError} when they are too few
   */
  folds(count: number): Split[];
}

export interface DivideOptions {
  readonly rule: SplitRule;
  readonly testSize: number;
  readonly seed: number;
  /** Of a classification, the label of each row. */
  readonly labels: readonly string[] | undefined;
}

/**
 * Divides the rows of the loaded frame.
 *
 * @throws {MltError} when the rule's column does not allow it, or the rows to learn from would all be of one class
 */
export function divideRows(frame: Frame, options: DivideOptions): RowDivision {
  const { rule, labels } = options;
  const division =
    rule.strategy === "group"
      ? byGroup(frame, rule.column, options)
      : rule.strategy === "time"
        ? byTime(frame, rule.column, options)
        : atRandom(frame, options);
  if (labels === undefined) return division;
  const lone = loneClass(division.split, labels);
  if (lone !== undefined) {
    throw new MltError(`The rows to learn from have one class only, "${lone}" (${division.words})`, {
      hint: "Load more rows, hold fewer out, or set another train.split.",
    });
  }
  return { ...division, folds: (count) => checkFolds(division.folds(count), labels) };
}

/** The class of all rows to learn from, where there is no other. */
function loneClass({ train }: Split, labels: readonly string[]): string | undefined {
  const first = labels[train[0] ?? 0];
  return train.some((row) => labels[row] !== first) ? undefined : first;
}

/** Before the first of them is fitted. */
function checkFolds(splits: Split[], labels: readonly string[]): Split[] {
  for (const [index, split] of splits.entries()) {
    const lone = loneClass(split, labels);
    if (lone === undefined) continue;
    throw new MltError(
      `The rows to learn from in fold ${index + 1} of ${splits.length} have one class only, "${lone}"`,
      { hint: "Set fewer folds (train.folds), load more rows, or set another train.split." },
    );
  }
  return splits;
}

/** How the rows were divided, as model.json says it. */
export function splitCard({ split, testSize }: { split: SplitRule; testSize: number }) {
  return { ...split, test_size: testSize };
}

function atRandom({ height }: Frame, { testSize, seed, labels }: DivideOptions): RowDivision {
  const stratify = labels === undefined ? {} : { stratify: labels };
  const split = trainTestSplit({ nRows: height, testSize, seed, ...stratify });
  const classes = codesOf(labels, height);
  return {
    split,
    words: `seed ${seed}`,
    folds: (count) => within(split.train, stratifiedFolds(take(classes, split.train), count, seed)),
  };
}

function byGroup(frame: Frame, column: string, { testSize, seed, labels }: DivideOptions): RowDivision {
  const { codes, nGroups } = readGroups(frame, column);
  const split = groupSplit({ groups: codes, testSize, seed, classes: codesOf(labels, frame.height) });
  const heldOut = new Set(take(codes, split.test)).size;
  return {
    split,
    key: codes,
    words: `${heldOut} of ${nGroups} groups of "${column}", seed ${seed}`,
    folds: (count) => within(split.train, groupFolds(take(codes, split.train), count)),
  };
}

function byTime(frame: Frame, column: string, { testSize }: DivideOptions): RowDivision {
  const { values, format } = readTimes(frame, column);
  const split = timeSplit(values, testSize);
  const from = split.test.reduce(
    (least, row) => Math.min(least, values[row] ?? least),
    Number.POSITIVE_INFINITY,
  );
  const times = Float64Array.from(split.train, (row) => values[row] ?? 0);
  return {
    split,
    key: values,
    words: `"${column}" from ${format(from)} on`,
    folds: (count) => within(split.train, timeFolds(times, count)),
  };
}

function codesOf(labels: readonly string[] | undefined, nRows: number): Int32Array {
  if (labels === undefined) return new Int32Array(nRows);
  const codeOf = new Map(sortLabels(new Set(labels)).map((label, code) => [label, code]));
  return Int32Array.from(labels, (label) => codeOf.get(label) ?? 0);
}

function take(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row] ?? 0);
}

/** Splits of the rows at these places, in row numbers of the whole. */
function within(rows: Int32Array, splits: readonly Split[]): Split[] {
  return splits.map(({ train, test }) => ({ train: take(rows, train), test: take(rows, test) }));
}
