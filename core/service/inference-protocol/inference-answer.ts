import type { ModelCard } from "../../model/model-card.ts";
import type { Predictions } from "../../model/predictions.ts";
import { joinBytes } from "../join-bytes.ts";
import type { Answer } from "../route.ts";
import { jsonLengthHeader } from "./inference-body.ts";
import type { InferenceOutput } from "./inference-outputs.ts";

export interface InferenceAnswerOptions {
  readonly card: Pick<ModelCard, "name" | "version">;
  /** The id of the request, which the answer repeats. */
  readonly id: string | undefined;
  readonly nRows: number;
  readonly outputs: readonly { readonly output: InferenceOutput; readonly binary: boolean }[];
  readonly predictions: Predictions;
}

/** The answer to an inference request: JSON, followed by those outputs that were asked for as binary data. */
export function inferenceAnswer({ card, id, nRows, outputs, predictions }: InferenceAnswerOptions): Answer {
  const parts: Uint8Array[] = [];
  const tensors = outputs.map(({ output, binary }) => {
    const { name, datatype, rowShape } = output;
    const head = JSON.stringify({ name, datatype, shape: [nRows, ...rowShape] }).slice(0, -1);
    if (!binary) return `${head},"data":${output.json(predictions)}}`;
    const bytes = output.bytes(predictions);
    parts.push(bytes);
    return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const head = JSON.stringify({ model_name: card.name, model_version: card.version, id }).slice(0, -1);
  const json = `${head},"outputs":[${tensors.join(",")}]}`;
  if (parts.length === 0) return { body: json, rows: nRows };
  const jsonBytes = new TextEncoder().encode(json);
  return {
    body: joinBytes([jsonBytes, ...parts]),
    contentType: "application/octet-stream",
    headers: { [jsonLengthHeader]: String(jsonBytes.length) },
    rows: nRows,
  };
}
