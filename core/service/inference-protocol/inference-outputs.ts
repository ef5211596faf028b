import { outputNames } from "../../model/export-graph.ts";
import type { ModelCard } from "../../model/model-card.ts";
import type { Predictions } from "../../model/predictions.ts";
import { joinBytes } from "../join-bytes.ts";
import { JsonWriter } from "../json-writer.ts";
import { badRequest, sentName } from "./inference-problem.ts";
import type { RequestedOutput } from "./inference-request.ts";

/** An output tensor of the model, and how its n_rows are written. */
export interface InferenceOutput {
  readonly name: string;
  readonly datatype: "BYTES" | "FP32";
  /** The dimensions after that of the rows. */
  readonly rowShape: readonly number[];
  /** The elements in row-major order, as a JSON array. */
  json(predictions: Predictions): string;
  /** The same elements as little-endian bytes. */
  bytes(predictions: Predictions): Uint8Array<ArrayBuffer>;
}

/** `label` and `probabilities` of a classifier, `prediction` of a regressor: the outputs of the graph by their names. */
export function inferenceOutputs({
  task,
  classes,
}: Pick<ModelCard, "task" | "classes">): readonly InferenceOutput[] {
  if (task === "regression") return [floatOutput(outputNames.prediction, [])];
  return [labelOutput(classes), floatOutput(outputNames.probabilities, [classes.length])];
}

export interface RequestedOutputs {
  readonly requested: readonly RequestedOutput[];
  /** Whether outputs come as binary data where none is asked for by name. */
  readonly binaryOutput: boolean;
}

/**
 * The outputs that a request asks for, in its order; all of them where it names none.
 *
 * @throws {Problem} 400 for an output that the model does not have
 */
export function requestedOutputs(
  outputs: readonly InferenceOutput[],
  { requested, binaryOutput }: RequestedOutputs,
): readonly { readonly output: InferenceOutput; readonly binary: boolean }[] {
  if (requested.length === 0) return outputs.map((output) => ({ output, binary: binaryOutput }));
  return requested.map(({ name, binary }) => {
    const output = outputs.find((candidate) => candidate.name === name);
    if (output !== undefined) return { output, binary };
    const names = outputs.map((known) => known.name).join(" and ");
    throw badRequest(`Output ${sentName(name)} is none of the model's; it has ${names}`);
  });
}

function floatOutput(name: string, rowShape: readonly number[]): InferenceOutput {
  return {
    name,
    datatype: "FP32",
    rowShape,
    json: (predictions) => numbersJson(floatsOf(predictions)),
    bytes: (predictions) => {
      const values = floatsOf(predictions);
      const view = new DataView(new ArrayBuffer(4 * values.length));
      values.forEach((value, index) => {
        view.setFloat32(4 * index, value, true);
      });
      return new Uint8Array(view.buffer);
    },
  };
}

const writer = new JsonWriter();

function numbersJson(values: Float32Array): string {
  writer.begin(16 * values.length);
  writer.byte(0x5b);
  for (const [index, value] of values.entries()) {
    if (index > 0) writer.byte(0x2c);
    writer.float32(value);
  }
  writer.byte(0x5d);
  return new TextDecoder().decode(writer.finish());
}

function floatsOf(predictions: Predictions): Float32Array {
  return predictions.task === "regression" ? predictions.values : predictions.probabilities;
}

function labelOutput(classes: readonly string[]): InferenceOutput {
  const json = new Map(classes.map((name) => [name, JSON.stringify(name)]));
  const bytes = new Map(classes.map((name) => [name, bytesElement(name)]));
  return {
    name: outputNames.label,
    datatype: "BYTES",
    rowShape: [],
    json: (predictions) => {
      const labels = labelsOf(predictions);
      return arrayOf(labels.length, (row) => json.get(labels[row] ?? "") ?? unknownClass());
    },
    bytes: (predictions) =>
      joinBytes(labelsOf(predictions).map((label) => bytes.get(label) ?? unknownClass())),
  };
}

function labelsOf(predictions: Predictions): readonly string[] {
  if (predictions.task === "classification") return predictions.labels;
  throw new RangeError("A regression has no labels");
}

function unknownClass(): never {
  throw new RangeError("The model's label of a row is none of its classes");
}

function arrayOf(length: number, textOf: (index: number) => string): string {
  let text = "[";
  for (let index = 0; index < length; index++) text += index === 0 ? textOf(index) : `,${textOf(index)}`;
  return `${text}]`;
}

function bytesElement(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const element = new Uint8Array(4 + bytes.length);
  new DataView(element.buffer).setUint32(0, bytes.length, true);
  element.set(bytes, 4);
  return element;
}
