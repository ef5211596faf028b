interface MetricText {
  readonly name: string;
  readonly meaning: string;
}

const texts: Readonly<Record<string, MetricText>> = {
  accuracy: { name: "Accuracy", meaning: "share of rows given the right class" },
  balanced_accuracy: {
    name: "Balanced accuracy",
    meaning: "the same, with every class counting equally",
  },
  precision_macro: {
    name: "Precision",
    meaning: "when it says a class, how often that is right; mean over classes",
  },
  recall_macro: { name: "Recall", meaning: "how much of a class it finds; mean over classes" },
  f1_macro: { name: "F1", meaning: "precision and recall in one number; mean over classes" },
  roc_auc: {
    name: "ROC AUC",
    meaning: "chance of ranking a row of a class above a row of another; 0.5 is guessing",
  },
  average_precision: {
    name: "Average precision",
    meaning: "how often it is right, over all bars for saying a class; guessing gives the class\u2019s share",
  },
  log_loss: { name: "Log loss", meaning: "price of confident mistakes; 0 is perfect, lower is better" },
  r2: {
    name: "R\u00b2",
    meaning: "share of the variation explained; 1 is perfect, 0 no better than the mean",
  },
  rmse: {
    name: "Root mean squared error",
    meaning: "typical error, large ones counting more; lower is better",
  },
  mae: { name: "Mean absolute error", meaning: "mean size of the error; lower is better" },
  median_absolute_error: {
    name: "Median absolute error",
    meaning: "half of the errors are smaller; lower is better",
  },
  max_error: { name: "Largest error", meaning: "the worst row; lower is better" },
};

/** What to call a metric, and what it says, in a reader's words. */
export function metricText(metric: string): MetricText {
  return texts[metric] ?? { name: metric, meaning: "" };
}
