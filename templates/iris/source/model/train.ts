import { type Classifier, LogisticRegression, type Matrix, StandardScaler } from "mlt";
import type { DataFrame, Series } from "nodejs-polars";

/**
 * Turns loaded rows into what the model learns from.
 * Whatever it learns in `fitX` and `fitY` comes from the training rows alone.
 */
export class Preprocessor {
  // Example
  private readonly scaler = new StandardScaler();
  // End Example

  /** Separates the features (X) from what the model predicts (y). */
  splitXy(data: DataFrame): { X: DataFrame; y: Series } {
    // Example
    return { X: data.drop("species"), y: data.getColumn("species") };
    // End Example
  }

  /** Learns what `processX` needs. */
  fitX(X: DataFrame): void {
    // Example
    this.scaler.fit(X);
    // End Example
  }

  /**
   * Makes numbers of the features: of the rows to train on, and later of every request.
   *
   * As long as it does nothing but apply mlt's transformers to X, it becomes part of model.onnx,
   * and none of your code runs in the service. With code of your own, mlt bundles it into model_bin/preprocessor.js.
   */
  processX(X: DataFrame): Matrix {
    // Example
    return this.scaler.transform(X);
    // End Example
  }

  /** Learns what `processY` needs: nothing here, the species are used as they are. */
  fitY(_y: Series): void {}

  /** Makes labels of the target. */
  processY(y: Series): Series {
    return y;
  }
}

/** Returns a fitted model; X and y come from the Preprocessor. */
export function trainModel(X: Matrix, y: Series): Classifier {
  // Example
  return new LogisticRegression({ C: 1 }).fit(X, y);
  // End Example
}

/** The names of the classes, in the order of the model's probabilities. */
export function getClasses(model: Classifier): readonly string[] {
  return model.classes;
}
