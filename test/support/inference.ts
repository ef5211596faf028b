import type { Columns } from "../../core/features/columns.ts";
import type { Feature } from "../../core/features/feature-spec.ts";
import { toPredictions } from "../../core/model/predictions.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { fixedCard } from "./fixed-softmax-predictor.ts";

/** One feature of each type. */
export const mixedFeatures: readonly Feature[] = [
  { name: "size", type: "number", nullable: true, min: 0.7, max: 30 },
  { name: "count", type: "integer", nullable: false },
  { name: "sold", type: "boolean", nullable: true },
  { name: "colour", type: "category", nullable: true, values: ["red", "green"] },
  { name: "note", type: "string", nullable: false },
];

/** A predictor that keeps what it is asked, and answers 0.1 for each row. */
export function listeningPredictor(features: readonly Feature[]) {
  const asked: Columns[] = [];
  const score = (columns: Columns) => {
    asked.push(columns);
    return Promise.resolve(new Float32Array(columns.nRows).fill(0.1));
  };
  const predictor: Predictor = {
    card: { ...fixedCard, name: "mixed", task: "regression", target: "y", classes: [], features, golden: [] },
    score,
    predict: async (columns) => toPredictions("regression", [], await score(columns)),
    close: () => Promise.resolve(),
  };
  return { predictor, asked };
}

/** Columns as plain arrays by feature, where NaN equals NaN. */
export function plain(columns: Columns | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Array.from(columns?.values ?? [], ([name, values]) => [name, Array.from<unknown>(values)]),
  );
}

/** A request whose JSON is followed by binary tensors. */
export function binaryRequest(json: unknown, ...tensors: readonly ArrayLike<number>[]): RequestInit {
  const head = new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json));
  return {
    method: "POST",
    headers: { "inference-header-content-length": String(head.length) },
    body: Uint8Array.from([head, ...tensors].flatMap((part) => Array.from(part))),
  };
}

/** The two parts of a binary answer. */
export async function binaryAnswer(response: Response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const length = Number(response.headers.get("inference-header-content-length"));
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
  return { json, binary: Array.from(bytes.subarray(length)) };
}

/** The bytes of a little-endian number. */
export function bytesOf(sizeBytes: number, write: (view: DataView) => void): number[] {
  const view = new DataView(new ArrayBuffer(sizeBytes));
  write(view);
  return Array.from(new Uint8Array(view.buffer));
}
