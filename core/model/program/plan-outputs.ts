import type { Task } from "../../features/feature-spec.ts";
import { elementTypes, type GraphSignature, type GraphValue } from "../../onnx/graph-signature.ts";
import { outputNames } from "../export-graph.ts";
import type { Findings } from "./findings.ts";
import { checkTensor } from "./plan-inputs.ts";

/** Which outputs of another program's graph say what. */
export interface OutputPlan {
  /** Probabilities of rows × k, or a prediction a row. */
  readonly scores: GraphValue;
  /** A classifier's own label a row, where it gives one. */
  readonly label: GraphValue | undefined;
}

const floats = new Set([1, 10, 11]);
const labels = new Set([2, 3, 4, 5, 6, 7, 8, 9, 12, 13]);

/**
 * Finds the outputs by their names or, where they have others, by what they are; notes in `findings` what is amiss.
 *
 * @param classes  in the order of the probabilities; empty for regression
 * @returns nothing where there is no such output
 */
export function planOutputs(
  { outputs }: GraphSignature,
  task: Task,
  classes: readonly string[],
  findings: Findings,
): OutputPlan | undefined {
  const isScores = task === "regression" ? isPrediction : isProbabilities;
  const name = task === "regression" ? outputNames.prediction : outputNames.probabilities;
  const scores = choose(outputs.filter(isScores), name);
  if (scores === undefined) {
    refuseOutputs(outputs, outputs.filter(isScores), name, findings);
    return undefined;
  }
  checkTensor(scores, "output", findings);
  checkWidth(scores, task === "regression" ? 1 : classes.length, findings);
  const label = task === "regression" ? undefined : choose(outputs.filter(isLabel), outputNames.label);
  return { scores, label };
}

/** The one of that name, or the only one. */
function choose(values: readonly GraphValue[], name: string): GraphValue | undefined {
  return values.find((value) => value.name === name) ?? (values.length === 1 ? values[0] : undefined);
}

function isProbabilities({ kind, elementType, shape }: GraphValue): boolean {
  return kind === "tensor" && floats.has(elementType) && (shape === undefined || shape.length === 2);
}

function isPrediction({ kind, elementType, shape }: GraphValue): boolean {
  if (kind !== "tensor" || elementType === 8 || !elementTypes.has(elementType)) return false;
  return shape === undefined || shape.length === 1 || shape.length === 2;
}

/** One a row; what is not is something else, such as a count. */
function isLabel({ kind, elementType, shape }: GraphValue): boolean {
  if (kind !== "tensor" || !labels.has(elementType)) return false;
  return shape === undefined || shape.length === 1 || (shape.length === 2 && (shape[1] ?? 1) === 1);
}

function refuseOutputs(
  outputs: readonly GraphValue[],
  candidates: readonly GraphValue[],
  name: string,
  { problems, hints }: Findings,
): void {
  const zipped = outputs.find(({ kind }) => kind === "sequence" || kind === "map");
  if (candidates.length > 1) {
    problems.push(`It has several outputs that could be the ${name}: ${quoted(candidates)}`);
    hints.push(`Call the one that is meant "${name}".`);
  } else if (zipped !== undefined) {
    problems.push(`Its output "${zipped.name}" is a list of maps, not a tensor of rows × classes`);
    hints.push('Convert it without ZipMap: options={"zipmap": False} of skl2onnx and onnxmltools.');
  } else {
    problems.push(`It has no output that could be the ${name}; there is ${quoted(outputs)}`);
  }
}

function checkWidth({ name, shape }: GraphValue, expected: number, { problems }: Findings): void {
  const width = shape?.length === 1 ? 1 : shape?.[1];
  if (width === undefined || width === expected) return;
  const wanted = expected === 1 ? "a prediction is one number" : `the training rows have ${expected} classes`;
  problems.push(`Its output "${name}" has ${width === 1 ? "1 column" : `${width} columns`}, and ${wanted}`);
}

function quoted(values: readonly GraphValue[]): string {
  return values
    .map(({ name, kind, elementType, shape }) => {
      const type = kind === "tensor" ? (elementTypes.get(elementType) ?? "tensor") : kind;
      const axes = shape === undefined ? "" : ` [${shape.map((length) => length ?? "N").join(", ")}]`;
      return `"${name}" (${type}${axes})`;
    })
    .join(", ");
}
