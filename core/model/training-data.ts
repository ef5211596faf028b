import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import { readFrame } from "../features/read-frame.ts";
import type { Frame } from "../learn/frame.ts";
import { describeValue, isFrame } from "../learn/is-frame.ts";
import { sortLabels } from "../learn/labels.ts";
import { nearest } from "../nearest.ts";
import { divideRows, type RowDivision, type SplitRule } from "./divide-rows.ts";

/** The rows as loaded, checked against features.yaml, and which of them are held out. */
export interface TrainingData {
  readonly frame: Frame;
  /** Every row's features. */
  readonly columns: Columns;
  /** The target as loaded. */
  readonly target: readonly unknown[];
  readonly split: RowDivision["split"];
  readonly division: RowDivision;
}

export interface HoldOut {
  /** Share of the rows that are held out, between 0 and 1. */
  readonly testSize: number;
  readonly seed: number;
  readonly split: SplitRule;
  /** Who brought the rows, in errors. Default `DataLoader.loadData`. */
  readonly loader?: string;
}

/**
 * Checks what the loader returned and splits it: at random stratified by class, by group, or by time.
 *
 * @throws {MltError} for an empty frame, a column or target at odds with features.yaml, a single class, or no way to split
 */
export function checkTrainingData(
  loaded: unknown,
  spec: FeatureSpec,
  { testSize, seed, split: rule, loader: source = "DataLoader.loadData" }: HoldOut,
): TrainingData {
  if (!isFrame(loaded)) {
    throw new MltError(`${source} must return a polars DataFrame, not ${describeValue(loaded)}`, {
      hint: "Return one DataFrame with every feature and the target.",
    });
  }
  if (loaded.height < 2) {
    throw new MltError(`${source} returned ${loaded.height === 0 ? "an empty frame" : "a single row"}`, {
      hint: "Return at least two rows, so that some can be held out.",
    });
  }
  const target = readTarget(loaded, spec, source);
  const columns = readFrame(loaded, spec.features, source);
  if (rule.strategy !== "random" && rule.column === spec.target) {
    throw new MltError(`train.split.column is "${rule.column}", the target`, {
      hint: "Name the column that holds the group or the time of each row.",
    });
  }
  const labels = spec.task === "classification" ? target.map(String) : undefined;
  const division = divideRows(loaded, { rule, testSize, seed, labels });
  return { frame: loaded, columns, target, split: division.split, division };
}

/** Warnings of classes that a split by group or time left on one side only. */
export function loneClasses({ target, split }: TrainingData, { task }: FeatureSpec): string[] {
  if (task !== "classification") return [];
  const [learned, heldOut] = [split.train, split.test].map(
    (rows) => new Set(Array.from(rows, (row) => String(target[row]))),
  );
  const quoted = (labels: ReadonlySet<string>) =>
    sortLabels(labels)
      .map((label) => `"${label}"`)
      .join(", ");
  const unlearned = heldOut?.difference(learned ?? new Set()) ?? new Set();
  const untested = learned?.difference(heldOut ?? new Set()) ?? new Set();
  return [
    ...(unlearned.size > 0
      ? [`No row to learn from is of the class ${quoted(unlearned)}: the model never answers it.`]
      : []),
    ...(untested.size > 0
      ? [`No row of the class ${quoted(untested)} was held out: the metrics say nothing of it.`]
      : []),
  ];
}

function readTarget(frame: Frame, { target: name, task }: FeatureSpec, source: string): readonly unknown[] {
  if (!frame.columns.includes(name)) {
    const guess = nearest(name, frame.columns);
    throw new MltError(`${source} returned no column "${name}", the target in features.yaml`, {
      hint: guess === undefined ? "Name the target's column in features.yaml." : `Did you mean "${guess}"?`,
    });
  }
  const values = frame.getColumn(name).toArray();
  const missing = values.filter(isMissing).length;
  if (missing > 0) {
    throw new MltError(`The target "${name}" is missing in ${missing} of ${values.length} rows`, {
      hint: "Drop those rows in the data loader.",
    });
  }
  if (task === "classification") checkClasses(name, values);
  else checkNumbers(name, values);
  return values;
}

function checkClasses(name: string, values: readonly unknown[]): void {
  const classes = new Set(values.map(String));
  if (classes.size === 1) {
    throw new MltError(
      `The target "${name}" has one class only, "${[...classes].join()}": there is nothing to learn`,
      {
        hint: "Load rows of at least two classes.",
      },
    );
  }
  if (values.some((value) => typeof value === "number" && !Number.isInteger(value))) {
    throw new MltError(`The target "${name}" holds fractions, which are no classes`, {
      hint: "Write task: regression in features.yaml, or turn the target into classes in the data loader.",
    });
  }
}

function checkNumbers(name: string, values: readonly unknown[]): void {
  const row = values.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  if (row === -1) return;
  throw new MltError(`The target "${name}" is not a finite number in row ${row + 1}`, {
    hint: "Write task: classification in features.yaml, or mend the target in the data loader.",
  });
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}
