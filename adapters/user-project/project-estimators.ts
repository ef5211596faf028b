import {
  LogisticRegression as CoreLogisticRegression,
  type LogisticRegressionOptions,
} from "../../core/learn/logistic-regression.ts";
import {
  RandomForestClassifier as CoreRandomForestClassifier,
  type RandomForestClassifierOptions,
} from "../../core/learn/random-forest-classifier.ts";
import {
  RandomForestRegressor as CoreRandomForestRegressor,
  type RandomForestRegressorOptions,
} from "../../core/learn/random-forest-regressor.ts";
import { projectContext } from "./project-context.ts";

// Core's estimators, with the threads and the seed of the project.

export class LogisticRegression extends CoreLogisticRegression {
  constructor(options: LogisticRegressionOptions = {}) {
    super(options, projectContext);
  }
}

export class RandomForestClassifier extends CoreRandomForestClassifier {
  constructor(options: RandomForestClassifierOptions = {}) {
    super(options, projectContext);
  }
}

export class RandomForestRegressor extends CoreRandomForestRegressor {
  constructor(options: RandomForestRegressorOptions = {}) {
    super(options, projectContext);
  }
}
