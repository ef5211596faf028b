import { MltError } from "../errors.ts";
import { type Feature, isText } from "../features/feature-spec.ts";
import type { Classifier, Regressor } from "../learn/estimator.ts";
import type { Matrix } from "../learn/matrix.ts";
import { OnnxGraph, type OnnxValue } from "../onnx/graph.ts";

/** Names of the graph's outputs. */
export const outputNames = {
  label: "label",
  probabilities: "probabilities",
  prediction: "prediction",
} as const;
/** The one input of a graph whose rows come processed by the project's own code. */
export const processedInput = "processed";

const elementType = { float: 1, double: 11 } as const;

/**
 * The whole model as one graph: raw features in, label and probabilities (or a prediction) out.
 *
 * @param matrix  a matrix that the model was fitted on; with a trace its preprocessing becomes part of the graph,
 *                without one the graph takes processed rows
 */
export function exportGraph(
  model: Classifier | Regressor,
  matrix: Matrix,
  features: readonly Feature[],
  name: string,
): Uint8Array {
  const graph = new OnnxGraph(name);
  const x = matrix.trace?.toOnnx(graph, rawInputs(graph, features)) ?? processedRows(graph, matrix);
  if (model.kind === "regressor") {
    graph.output(outputNames.prediction, cast(graph, model.toOnnx(graph, x), "float"), "float", ["N", 1]);
  } else {
    // Rounded first: the label is that of the largest probability as it is answered.
    const probabilities = cast(graph, model.toOnnx(graph, x), "float");
    graph.output(outputNames.label, labels(graph, probabilities, model.classes), "string", ["N"]);
    graph.output(outputNames.probabilities, probabilities, "float", ["N", model.classes.length]);
  }
  return graph.encode();
}

function rawInputs(graph: OnnxGraph, features: readonly Feature[]): ReadonlyMap<string, OnnxValue> {
  return new Map(
    features.map((feature) => {
      if (isText(feature)) return [feature.name, graph.input(feature.name, "string", 1)];
      return [feature.name, cast(graph, graph.input(feature.name, "float", 1), "double")];
    }),
  );
}

function processedRows(graph: OnnxGraph, matrix: Matrix): OnnxValue {
  return cast(graph, graph.input(processedInput, "float", matrix.columns.length), "double");
}

function labels(graph: OnnxGraph, probabilities: OnnxValue, classes: readonly string[]): OnnxValue {
  if (classes.length === 0) throw new MltError("The model knows no class");
  const best = graph.node("ArgMax", [probabilities], { axis: { int: 1 }, keepdims: { int: 0 } });
  return graph.node("Gather", [
    graph.constant({ type: "string", shape: [classes.length], values: classes }),
    best,
  ]);
}

function cast(graph: OnnxGraph, value: OnnxValue, type: keyof typeof elementType): OnnxValue {
  return graph.node("Cast", [value], { to: { int: elementType[type] } });
}
