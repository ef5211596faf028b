import { type Feature, isText } from "../../features/feature-spec.ts";
import { expectedOf } from "../../features/open-column.ts";
import type { RowError } from "../../features/row-error.ts";
import { Problem } from "../problem.ts";
import { type Datatype, isNumeric } from "./datatypes.ts";
import { badRequest, sentName } from "./inference-problem.ts";
import type { RequestInput } from "./inference-request.ts";
import { refusedValues } from "./refused-values.ts";

/** Where a feature's values stand: in column `column`, from 0, of an input that has `width` columns. */
export interface FeatureSource {
  /** Index in the inputs of the request. */
  readonly input: number;
  readonly column: number;
  readonly width: number;
}

/** How the inputs of a request make rows. A nullable feature that has no source is missing in all of them. */
export interface InputLayout {
  readonly nRows: number;
  /** By the name of the feature. */
  readonly sources: ReadonlyMap<string, FeatureSource>;
}

/**
 * Makes the function that finds the features in the inputs of a request: one input of shape [N] or [N, 1] for each by
 * its name, or, where no feature is text, a single input of shape [N, n_features] of any name.
 *
 * @returns a function that throws `Problem` 400 for inputs that do not fit, 413 for too many rows; it reads no element
 */
export function inputLayouter(
  features: readonly Feature[],
  maxRows: number,
): (inputs: readonly RequestInput[]) => InputLayout {
  const canBeMatrix = !features.some(isText);
  return (inputs) => {
    const [only] = inputs;
    const isMatrix =
      canBeMatrix && inputs.length === 1 && only?.shape.length === 2 && only.shape[1] === features.length;
    const sources = isMatrix ? matrixSources(features) : namedSources(features, inputs);
    for (const feature of features) checkDatatype(feature, inputs[sources.get(feature.name)?.input ?? -1]);
    return { nRows: rowsOf(inputs, maxRows), sources };
  };
}

function matrixSources(features: readonly Feature[]): InputLayout["sources"] {
  const width = features.length;
  return new Map(features.map(({ name }, column) => [name, { input: 0, column, width }]));
}

function namedSources(features: readonly Feature[], inputs: readonly RequestInput[]): InputLayout["sources"] {
  const indices = new Map(inputs.map(({ name }, index) => [name, index]));
  const missing: RowError[] = [];
  const sources = new Map<string, FeatureSource>();
  for (const feature of features) {
    const input = indices.get(feature.name);
    if (input !== undefined) sources.set(feature.name, { input, column: 0, width: 1 });
    else if (!feature.nullable) {
      missing.push({ row: null, field: feature.name, code: "missing", expected: expectedOf(feature) });
    }
    indices.delete(feature.name);
  }
  const expected = `one of the ${features.length} features`;
  const unknown = Array.from(indices.keys(), (name): RowError => {
    return { row: null, field: name.slice(0, 100), code: "unknown", expected };
  });
  if (unknown.length + missing.length > 0) throw refusedValues([...unknown, ...missing]);
  for (const input of inputs) checkShape(input);
  return sources;
}

function checkShape({ name, shape }: RequestInput): void {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
  // A shape may be as long as the body.
  const shown = shape.length > 4 ? `${shape.length} dimensions` : `the shape [${shape}]`;
  throw badRequest(`Input ${sentName(name)} has ${shown}; send [N] or [N, 1] for N rows`);
}

function checkDatatype(feature: Feature, sent: RequestInput | undefined): void {
  if (sent === undefined || accepts(feature, sent.datatype)) return;
  const expected = isText(feature)
    ? "BYTES"
    : feature.type === "boolean"
      ? "BOOL"
      : "FP32, FP64 or an integer type";
  throw badRequest(`Input ${sentName(sent.name)} has the datatype ${sent.datatype}; send ${expected}`);
}

/** A boolean is taken as 0 or 1 too: so can one be missing, as NaN, or stand among numbers. */
function accepts(feature: Feature, datatype: Datatype): boolean {
  if (isText(feature)) return datatype === "BYTES";
  return isNumeric(datatype) || (feature.type === "boolean" && datatype === "BOOL");
}

function rowsOf([first, ...others]: readonly RequestInput[], maxRows: number): number {
  const nRows = first?.shape[0] ?? 0;
  for (const { name, shape } of others) {
    if (shape[0] !== nRows) {
      throw badRequest(`Input ${sentName(name)} has ${shape[0]} rows, and the first input has ${nRows}`);
    }
  }
  if (nRows === 0) throw badRequest(`The inputs have no rows; send 1 to ${maxRows}`);
  if (nRows > maxRows) {
    throw new Problem(413, `The body has ${nRows} rows; send at most ${maxRows} in a request`);
  }
  return nRows;
}
