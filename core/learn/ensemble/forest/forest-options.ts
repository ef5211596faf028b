import { type Static, Type } from "@sinclair/typebox";
import type { Matrix } from "../../matrix.ts";
import type { ForestOptions } from "./fit-forest.ts";

const MaxFeatures = Type.Union([
  Type.Literal("sqrt"),
  Type.Literal("log2"),
  Type.Null(),
  Type.Number({ exclusiveMinimum: 0 }),
]);
type MaxFeatures = Static<typeof MaxFeatures>;

const count = (minimum: number) => `a whole number of at least ${minimum}`;
const wholeOrNone = (minimum: number) =>
  Type.Union([Type.Integer({ minimum }), Type.Null()], {
    default: null,
    description: `${count(minimum)}, or null for no limit`,
  });

/** The options that forests of both kinds have. */
export const forestOptions = (maxFeatures: MaxFeatures) => ({
  nEstimators: Type.Integer({ default: 100, minimum: 1, description: count(1) }),
  maxDepth: wholeOrNone(1),
  minSamplesSplit: Type.Integer({ default: 2, minimum: 2, description: count(2) }),
  minSamplesLeaf: Type.Integer({ default: 1, minimum: 1, description: count(1) }),
  maxFeatures: Type.Unsafe<MaxFeatures>({
    ...MaxFeatures,
    default: maxFeatures,
    description: '"sqrt", "log2", a number of columns, a share of them up to 1.0, or null for all',
  }),
  maxLeafNodes: wholeOrNone(2),
  minImpurityDecrease: Type.Number({ default: 0, minimum: 0, description: "a number of at least 0" }),
  bootstrap: Type.Boolean({ default: true, description: "true or false" }),
  maxSamples: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
    default: null,
    description: "a number of rows, a share of them up to 1.0, or null for as many as there are",
  }),
  randomState: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: count(0) })),
});

const Shape = Type.Object(forestOptions(null));
type Shape = Static<typeof Shape>;

/** How a forest grows, by the options that forests of both kinds have. */
export function forestGrowth(
  params: Shape & { readonly randomState: number },
  { columns, nRows }: Matrix,
): Pick<ForestOptions, "nTrees" | "limits" | "draws" | "randomState"> {
  return {
    nTrees: params.nEstimators,
    limits: {
      maxDepth: params.maxDepth ?? Number.POSITIVE_INFINITY,
      maxLeafNodes: params.maxLeafNodes ?? Number.POSITIVE_INFINITY,
      minSamplesSplit: params.minSamplesSplit,
      minSamplesLeaf: params.minSamplesLeaf,
      minImpurityDecrease: params.minImpurityDecrease,
      maxFeatures: columnsToLookAt(params.maxFeatures, columns.length),
    },
    draws: rowsToDraw(params, nRows),
    randomState: params.randomState,
  };
}

function columnsToLookAt(maxFeatures: MaxFeatures, nColumns: number): number {
  if (maxFeatures === null) return nColumns;
  if (maxFeatures === "sqrt") return Math.max(1, Math.floor(Math.sqrt(nColumns)));
  if (maxFeatures === "log2") return Math.max(1, Math.floor(Math.log2(nColumns)));
  return partOf(maxFeatures, nColumns);
}

/** How many rows each tree draws; without a bootstrap none: it takes them all. */
function rowsToDraw({ bootstrap, maxSamples }: Shape, nRows: number): number | undefined {
  if (!bootstrap) return undefined;
  return maxSamples === null ? nRows : partOf(maxSamples, nRows);
}

/** A number up to 1 is a share, a larger one a count: JavaScript does not tell 1 from 1.0, and all is what is meant mostly. */
function partOf(part: number, all: number): number {
  return Math.max(1, Math.min(all, Math.floor(part <= 1 ? part * all : part)));
}
