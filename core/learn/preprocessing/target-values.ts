import { MltError } from "../../errors.ts";
import { readLabels } from "../labels.ts";
import { readTargets } from "../targets.ts";

export const targetTypes = ["auto", "binary", "multiclass", "continuous"] as const;
export type TargetType = (typeof targetTypes)[number];

/** A target as numbers, of which means can be taken. */
export interface TargetValues {
  /**
   * m times n_rows: the numbers themselves; of two classes, 1 for the second; of more, for each class 1 for its rows.
   */
  readonly values: readonly Float64Array[];
  /** Of more than two classes, what each of `values` stands for. */
  readonly classes: readonly string[];
  /** Of each row, its class; 0 where the target is no class. */
  readonly strata: Int32Array;
}

/** Whole numbers of a regression would become so many classes. */
const mostClasses = 100;

/**
 * Reads y as scikit-learn's `type_of_target` does: fractions are numbers, two different values are two classes, and whole
 * numbers or text are classes.
 *
 * @throws {MltError} when y does not fit the type, has one class only, or so many that it seems to be none
 */
export function readTargetValues(y: readonly unknown[], type: TargetType, who: string): TargetValues {
  if (type === "continuous" || (type === "auto" && y.some(isFraction))) {
    return {
      values: [readTargets({ toArray: () => [...y] }, y.length, who)],
      classes: [],
      strata: new Int32Array(y.length),
    };
  }
  const { classes, codes } = readLabels(y, y.length, who);
  if (type === "auto" && classes.length > mostClasses) {
    throw new MltError(`${who} would take y for ${classes.length} classes`, {
      hint: 'Set its option targetType to "continuous" for a regression, or to "multiclass".',
    });
  }
  const indicator = (code: number) =>
    new Float64Array(codes.length).map((_, row) => (codes[row] === code ? 1 : 0));
  if (classes.length === 2 && type !== "multiclass") {
    return { values: [indicator(1)], classes: [], strata: codes };
  }
  if (type === "binary") {
    throw new MltError(`${who} was told that y is binary, and y has ${classes.length} classes`, {
      hint: 'Leave out its option targetType, or set it to "multiclass".',
    });
  }
  return { values: classes.map((_, code) => indicator(code)), classes, strata: codes };
}

function isFraction(cell: unknown): boolean {
  return typeof cell === "number" && !Number.isInteger(cell);
}
