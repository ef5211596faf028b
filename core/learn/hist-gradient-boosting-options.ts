import { Type } from "@sinclair/typebox";

/** Options that the classifier and the regressor have in common; names and defaults are scikit-learn's. */
export const boostingOptions = {
  learningRate: Type.Number({ default: 0.1, exclusiveMinimum: 0, description: "a number above 0" }),
  maxIter: Type.Integer({ default: 100, minimum: 1, description: "a whole number above 0" }),
  maxLeafNodes: Type.Union([Type.Integer({ minimum: 2 }), Type.Null()], {
    default: 31,
    description: "a whole number above 1, or null",
  }),
  maxDepth: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    default: null,
    description: "a whole number above 0, or null",
  }),
  minSamplesLeaf: Type.Integer({ default: 20, minimum: 1, description: "a whole number above 0" }),
  l2Regularization: Type.Number({ default: 0, minimum: 0, description: "a number of at least 0" }),
  maxBins: Type.Integer({
    default: 255,
    minimum: 2,
    maximum: 255,
    description: "a whole number from 2 to 255",
  }),
  randomState: Type.Union([Type.Integer(), Type.Null()], {
    default: null,
    description: "a whole number, or null",
  }),
};
