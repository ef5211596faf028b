import {
  columnTransformer,
  type Matrix,
  OneHotEncoder,
  pipeline,
  type Regressor,
  Ridge,
  SimpleImputer,
  StandardScaler,
} from "mlt";
import type { DataFrame, Series } from "nodejs-polars";

/**
 * Turns loaded rows into what the model learns from.
 * Whatever it learns in `fitX` and `fitY` comes from the training rows alone.
 */
export class Preprocessor {
  // Example
  private readonly columns = columnTransformer([
    // A missing measurement becomes the median of the training rows; then all are brought to one scale.
    [
      pipeline(new SimpleImputer({ strategy: "median" }), new StandardScaler()),
      ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"],
    ],
    // One column of 0 and 1 for each species and each island.
    [new OneHotEncoder(), ["species", "island"]],
    // The same for female, male and unknown: an answer of its own where nobody knows the sex.
    [
      pipeline(new SimpleImputer({ strategy: "constant", fillValue: "unknown" }), new OneHotEncoder()),
      ["sex"],
    ],
  ]);
  // End Example

  /** Separates the features (X) from what the model predicts (y). */
  splitXy(data: DataFrame): { X: DataFrame; y: Series } {
    // Example
    return { X: data.drop("body_mass_g"), y: data.getColumn("body_mass_g") };
    // End Example
  }

  /** Learns what `processX` needs. */
  fitX(X: DataFrame): void {
    // Example
    this.columns.fit(X);
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
    return this.columns.transform(X);
    // End Example
  }

  /** Learns what `processY` needs: nothing here, the grams are used as they are. */
  fitY(_y: Series): void {}

  /** Makes numbers of the target. */
  processY(y: Series): Series {
    return y;
  }
}

/** Returns a fitted model; X and y come from the Preprocessor. */
export function trainModel(X: Matrix, y: Series): Regressor {
  // Example
  return new Ridge({ alpha: 1 }).fit(X, y);
  // End Example
}
