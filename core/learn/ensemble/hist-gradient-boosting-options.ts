import { type Static, Type } from "@sinclair/typebox";

const above = (least: number) => `a whole number above ${least}`;
const orNull = (minimum: number, fallback: number | null) =>
  Type.Union([Type.Integer({ minimum }), Type.Null()], {
    default: fallback,
    description: `${above(minimum - 1)}, or null`,
  });

/** Options that the classifier and the regressor have in common; names and defaults are scikit-learn's. */
export const boostingOptions = {
  learningRate: Type.Number({ default: 0.1, exclusiveMinimum: 0, description: "a number above 0" }),
  maxIter: Type.Integer({ default: 100, minimum: 1, description: above(0) }),
  maxLeafNodes: orNull(2, 31),
  maxDepth: orNull(1, null),
  minSamplesLeaf: Type.Integer({ default: 20, minimum: 1, description: above(0) }),
  l2Regularization: Type.Number({ default: 0, minimum: 0, description: "a number of at least 0" }),
  maxFeatures: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
    description: "a share of the columns, above 0 and up to 1",
  }),
  maxBins: Type.Integer({
    default: 255,
    minimum: 2,
    maximum: 255,
    description: "a whole number from 2 to 255",
  }),
  categoricalFeatures: Type.Union([Type.Literal("from_dtype"), Type.Array(Type.String()), Type.Null()], {
    default: "from_dtype",
    description: '"from_dtype", a list of columns, or null',
  }),
  monotonicCst: Type.Union(
    [
      Type.Record(Type.String(), Type.Union([Type.Literal(1), Type.Literal(0), Type.Literal(-1)])),
      Type.Null(),
    ],
    { default: null, description: "1, 0 or -1 for columns, as { column: 1 }, or null" },
  ),
  earlyStopping: Type.Union([Type.Literal("auto"), Type.Boolean()], {
    default: "auto",
    description: '"auto", true or false',
  }),
  scoring: Type.Literal("loss", { default: "loss", description: '"loss"' }),
  validationFraction: Type.Union([Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), Type.Null()], {
    default: 0.1,
    description: "a number between 0 and 1, or null for the rows that are learned from",
  }),
  nIterNoChange: Type.Integer({ default: 10, minimum: 1, description: above(0) }),
  tol: Type.Number({ default: 1e-7, minimum: 0, description: "a number of at least 0" }),
  randomState: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: "a whole number" }),
  ),
};

const Options = Type.Object(boostingOptions);

/** The options with their defaults filled in. */
export type BoostingOptions = Static<typeof Options> & { readonly randomState: number };
