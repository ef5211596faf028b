import type { Feature } from "../../features/feature-spec.ts";
import type { ModelCard } from "../../model/model-card.ts";
import { inferenceOutputs } from "./inference-outputs.ts";

/** The datatype that says most exactly what a feature is; an input may come in others too. */
const datatypeOf = {
  number: "FP32",
  integer: "INT64",
  boolean: "BOOL",
  category: "BYTES",
  string: "BYTES",
} as const satisfies Record<Feature["type"], string>;

/**
 * What a model's metadata says: an input of shape [-1] for each feature, and the outputs. The protocol has no place for
 * the order of the classes, so the probabilities' metadata carries it as a parameter.
 */
export function modelMetadata(card: ModelCard) {
  return {
    name: card.name,
    versions: [card.version],
    // The protocol's name for ONNX models of ONNX Runtime.
    platform: "onnx_onnxv1",
    inputs: card.features.map(({ name, type }) => ({ name, datatype: datatypeOf[type], shape: [-1] })),
    outputs: inferenceOutputs(card).map(({ name, datatype, rowShape }) => ({
      name,
      datatype,
      shape: [-1, ...rowShape],
      ...(rowShape.length === 0 ? {} : { parameters: { classes: card.classes } }),
    })),
  };
}
