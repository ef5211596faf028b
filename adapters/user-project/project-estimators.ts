import {
  LogisticRegression as CoreLogisticRegression,
  type LogisticRegressionOptions,
} from "../../core/learn/logistic-regression.ts";
import { projectContext } from "./project-context.ts";

/** Core's estimator, on the threads of the project. */
export class LogisticRegression extends CoreLogisticRegression {
  constructor(options: LogisticRegressionOptions = {}) {
    super(options, projectContext);
  }
}
