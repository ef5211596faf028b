import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { MltError } from "../errors.ts";
import type { Weights } from "./estimator.ts";
import type { CodedLabels } from "./labels.ts";

/** The option `classWeight` of a classifier, to be put among its others. */
export const ClassWeight = Type.Union(
  [Type.Null(), Type.Literal("balanced"), Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))],
  { default: null, description: '"balanced", or a weight above 0 for each label, or null' },
) satisfies TSchema;
export type ClassWeight = Static<typeof ClassWeight>;

/**
 * The weights of the rows of X.
 *
 * @throws {MltError} when there are not n_rows of them, one is negative or not finite, or all are 0
 */
export function readWeights(weights: Weights, nRows: number, who: string): Float64Array {
  const cells: ArrayLike<unknown> = "toArray" in weights ? weights.toArray() : weights;
  if (cells.length !== nRows) {
    throw new MltError(`${who} was given ${nRows} rows of X and ${cells.length} sample weights`, {
      hint: "Give sampleWeight one number for each row.",
    });
  }
  const values = Float64Array.from(cells, (cell, row) => {
    const value = typeof cell === "number" || typeof cell === "bigint" ? Number(cell) : Number.NaN;
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new MltError(
      `The sample weight of row ${row + 1} is ${cell}; ${who} needs a number of at least 0`,
      {
        hint: "Give a row that shall not count the weight 0.",
      },
    );
  });
  if (values.some((value) => value > 0)) return values;
  throw new MltError(`${who} was given sample weights that are all 0`, {
    hint: "Give at least one row a weight above 0.",
  });
}

/**
 * The weights of rows times those of their classes; undefined when every row weighs 1.
 * `"balanced"` gives every class the same sum: n / (k · n of the class), where n counts weights.
 *
 * @throws {MltError} when `classWeight` names a label that no row has
 */
export function classWeighted(
  classWeight: ClassWeight,
  { classes, codes }: CodedLabels,
  { weights, who }: { readonly weights: Float64Array | undefined; readonly who: string },
): Float64Array | undefined {
  if (classWeight === null) return weights;
  const ofClass =
    classWeight === "balanced" ? balanced(codes, weights, classes.length) : chosen(classWeight, classes, who);
  return Float64Array.from(codes, (code, row) => (ofClass[code] ?? 1) * (weights?.[row] ?? 1));
}

function balanced(codes: Int32Array, weights: Float64Array | undefined, k: number): Float64Array {
  const counts = new Float64Array(k);
  for (const [row, code] of codes.entries()) counts[code] = (counts[code] ?? 0) + (weights?.[row] ?? 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (k * count));
}

/** The weight that each class was given; 1 for those that were not named. */
function chosen(
  classWeight: Readonly<Record<string, number>>,
  classes: readonly string[],
  who: string,
): number[] {
  const unknown = Object.keys(classWeight).find((label) => !classes.includes(label));
  if (unknown === undefined)
    return classes.map((label) => (Object.hasOwn(classWeight, label) ? (classWeight[label] ?? 1) : 1));
  throw new MltError(`${who} was given a classWeight for "${unknown}", a label that no row has`, {
    hint: `Name some of ${classes.map((label) => `"${label}"`).join(", ")}.`,
  });
}
