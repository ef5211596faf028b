import { type Feature, isText } from "../../features/feature-spec.ts";
import { nearest } from "../../nearest.ts";
import { elementTypes, type GraphValue } from "../../onnx/graph-signature.ts";
import { outputNames } from "../export-graph.ts";
import type { Findings } from "./findings.ts";

/** How features reach the inputs of another program's graph. */
export type InputPlan =
  /** Each input by the feature of its name; of one axis, or of rows × 1. */
  | { readonly kind: "columns"; readonly inputs: readonly GraphValue[] }
  /** All features side by side, in the order of features.yaml. */
  | { readonly kind: "matrix"; readonly input: GraphValue };

const reserved: readonly string[] = Object.values(outputNames);
const text = 8;
const floats = new Set([1, 10, 11]);

/** Finds how the inputs are fed, and notes in `findings` what keeps them from it. */
export function planInputs(
  inputs: readonly GraphValue[],
  features: readonly Feature[],
  findings: Findings,
): InputPlan {
  const [only] = inputs;
  const names = features.map(({ name }) => name);
  for (const name of names.filter((each) => reserved.includes(each))) {
    findings.problems.push(`A feature is called "${name}", the name of an output of the service`);
  }
  if (only === undefined) findings.problems.push("It takes no input");
  for (const input of inputs) checkTensor(input, "input", findings);
  if (only !== undefined && inputs.length === 1 && !names.includes(only.name)) {
    checkMatrix(only, features, findings);
    return { kind: "matrix", input: only };
  }
  for (const input of inputs) {
    const feature = features.find(({ name }) => name === input.name);
    if (feature === undefined) findings.problems.push(noFeature(input.name, names));
    else checkColumn(input, feature, findings);
  }
  const taken = new Set(inputs.map(({ name }) => name));
  for (const name of names) {
    if (!taken.has(name)) findings.warnings.push(`The model does not take the feature "${name}".`);
  }
  return { kind: "columns", inputs };
}

/** What holds for inputs and outputs alike: a tensor whose rows are not counted in advance. */
export function checkTensor(value: GraphValue, role: "input" | "output", findings: Findings): void {
  const { name, kind, elementType, shape } = value;
  const subject = `Its ${role} "${name}"`;
  if (kind !== "tensor") findings.problems.push(`${subject} is no tensor`);
  else if (!elementTypes.has(elementType))
    findings.problems.push(`${subject} is of a type that mlt has no values for`);
  else if (shape !== undefined && shape.length === 0)
    findings.problems.push(`${subject} has no axis for the rows`);
  const rows = shape?.[0];
  if (rows === undefined) return;
  findings.problems.push(`${subject} is fixed to ${rows === 1 ? "1 row" : `${rows} rows`} at a time`);
}

function noFeature(name: string, features: readonly string[]): string {
  const guess = nearest(name, features);
  return `Its input "${name}" is no feature${guess === undefined ? "" : `; did you mean "${guess}"?`}`;
}

function checkMatrix(input: GraphValue, features: readonly Feature[], { problems }: Findings): void {
  const { name, shape } = input;
  const columns = shape?.[1];
  if (shape !== undefined && shape.length !== 2) {
    problems.push(`Its one input "${name}" has ${shape.length} axes, and rows of features have two`);
  } else if (columns !== undefined && columns !== features.length) {
    problems.push(
      `Its one input "${name}" takes ${columns} columns, and there are ${features.length} features`,
    );
  }
  for (const feature of features) checkType(input, feature, problems, `Its one input "${name}" is`);
}

function checkColumn(input: GraphValue, feature: Feature, { problems }: Findings): void {
  const { name, shape } = input;
  const columns = shape?.[1] ?? 1;
  if (shape !== undefined && (shape.length > 2 || columns !== 1)) {
    problems.push(
      `Its input "${name}" takes ${shape.length > 2 ? `${shape.length} axes` : `${columns} columns`}, and a feature is one`,
    );
  }
  checkType(input, feature, problems, `Its input "${name}" is`);
}

function checkType({ elementType }: GraphValue, feature: Feature, problems: string[], subject: string): void {
  const type = elementTypes.get(elementType);
  if (type === undefined) return;
  const { name } = feature;
  if (isText(feature) !== (elementType === text)) {
    problems.push(
      `${subject} ${type}, and the feature "${name}" is ${isText(feature) ? "text" : "a number"}`,
    );
  } else if (feature.nullable && elementType !== text && !floats.has(elementType)) {
    problems.push(`${subject} ${type}, which has no missing value, and the feature "${name}" is nullable`);
  }
}
