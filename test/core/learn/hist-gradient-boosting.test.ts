import { HistGradientBoostingClassifier } from "../../../core/learn/hist-gradient-boosting-classifier.ts";
import { HistGradientBoostingRegressor } from "../../../core/learn/hist-gradient-boosting-regressor.ts";
import { checkClassifier, checkRegressor } from "../../contract/estimator.ts";

const small = { minSamplesLeaf: 1, maxDepth: 3, maxIter: 20 };
checkClassifier("HistGradientBoostingClassifier()", () => new HistGradientBoostingClassifier(), {
  allowsMissing: true,
  weighing: () => new HistGradientBoostingClassifier(small),
});
checkClassifier(
  "HistGradientBoostingClassifier({ maxLeafNodes: null })",
  () => new HistGradientBoostingClassifier({ ...small, maxLeafNodes: null }),
  { allowsMissing: true },
);
checkRegressor("HistGradientBoostingRegressor()", () => new HistGradientBoostingRegressor(), {
  allowsMissing: true,
  weighing: () => new HistGradientBoostingRegressor(small),
});
