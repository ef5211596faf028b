/** What a model says of n_rows: probabilities row-major n_rows × k for a classifier, numbers for a regressor. */
export type Predictions =
  | {
      readonly task: "classification";
      readonly labels: readonly string[];
      readonly probabilities: Float32Array;
    }
  | { readonly task: "regression"; readonly values: Float32Array };
