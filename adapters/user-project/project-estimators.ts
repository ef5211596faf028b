import {
  HistGradientBoostingClassifier as CoreHistGradientBoostingClassifier,
  type HistGradientBoostingClassifierOptions,
} from "../../core/learn/ensemble/hist-gradient-boosting-classifier.ts";
import {
  HistGradientBoostingRegressor as CoreHistGradientBoostingRegressor,
  type HistGradientBoostingRegressorOptions,
} from "../../core/learn/ensemble/hist-gradient-boosting-regressor.ts";
import {
  RandomForestClassifier as CoreRandomForestClassifier,
  type RandomForestClassifierOptions,
} from "../../core/learn/ensemble/random-forest-classifier.ts";
import {
  RandomForestRegressor as CoreRandomForestRegressor,
  type RandomForestRegressorOptions,
} from "../../core/learn/ensemble/random-forest-regressor.ts";
import {
  LogisticRegression as CoreLogisticRegression,
  type LogisticRegressionOptions,
} from "../../core/learn/linear/logistic-regression.ts";
import { projectContext } from "./project-context.ts";

// Core's estimators, with the threads and the seed of the project.

export class LogisticRegression extends CoreLogisticRegression {
  constructor(options: LogisticRegressionOptions = {}) {
    super(options, projectContext);
  }
}

/** Core's estimator, on the threads of the project. */
export class HistGradientBoostingClassifier extends CoreHistGradientBoostingClassifier {
  constructor(options: HistGradientBoostingClassifierOptions = {}) {
    super(options, projectContext);
  }
}

/** Core's estimator, on the threads of the project. */
export class HistGradientBoostingRegressor extends CoreHistGradientBoostingRegressor {
  constructor(options: HistGradientBoostingRegressorOptions = {}) {
    super(options, projectContext);
  }
}

/** Core's estimator, on the threads of the project. */
export class RandomForestClassifier extends CoreRandomForestClassifier {
  constructor(options: RandomForestClassifierOptions = {}) {
    super(options, projectContext);
  }
}

/** Core's estimator, on the threads of the project. */
export class RandomForestRegressor extends CoreRandomForestRegressor {
  constructor(options: RandomForestRegressorOptions = {}) {
    super(options, projectContext);
  }
}
