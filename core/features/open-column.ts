import { type Feature, isText } from "./feature-spec.ts";
import type { Refusal } from "./row-error.ts";

/** One column of n_rows while it is filled from a request; every row starts as missing. */
export interface OpenColumn {
  readonly values: Float32Array | string[];
  /** Keeps the value, or refuses it and leaves the row as missing. */
  put(value: unknown, row: number): Refusal | undefined;
}

type Refuse = (value: unknown) => Refusal | undefined;

/** Makes the function that opens an empty column of the feature for n_rows. */
export function columnOpener(feature: Feature): (nRows: number) => OpenColumn {
  const refuseValue = refuserOf(feature);
  const refuseNull: Refusal | undefined = feature.nullable
    ? undefined
    : { code: "null", expected: expectedOf(feature) };
  const refuse: Refuse = (value) => (value === null ? refuseNull : refuseValue(value));
  return isText(feature) ? (nRows) => textColumn(nRows, refuse) : (nRows) => numberColumn(nRows, refuse);
}

function numberColumn(nRows: number, refuse: Refuse): OpenColumn {
  const values = new Float32Array(nRows).fill(Number.NaN);
  const put = (value: unknown, row: number): Refusal | undefined => {
    const refusal = refuse(value);
    if (refusal === undefined && value !== null) values[row] = Number(value);
    return refusal;
  };
  return { values, put };
}

function textColumn(nRows: number, refuse: Refuse): OpenColumn {
  const values: string[] = new Array(nRows).fill("");
  const put = (value: unknown, row: number): Refusal | undefined => {
    const refusal = refuse(value);
    if (refusal === undefined && typeof value === "string") values[row] = value;
    return refusal;
  };
  return { values, put };
}

function refuserOf(feature: Feature): Refuse {
  switch (feature.type) {
    case "number":
    case "integer":
      return numberRefuser(feature);
    case "boolean":
      return booleanRefuser(feature);
    case "category":
      return categoryRefuser(feature);
    case "string":
      return stringRefuser(feature);
  }
}

function numberRefuser(feature: Feature): Refuse {
  const whole = feature.type === "integer";
  const low = feature.min ?? Number.NEGATIVE_INFINITY;
  const high = feature.max ?? Number.POSITIVE_INFINITY;
  const type: Refusal = { code: "type", expected: expectedOf(feature) };
  const range: Refusal = { code: "range", expected: expectedOf(feature) };
  const tooLarge: Refusal = { code: "range", expected: "a number that float32 can hold" };
  return (value) => {
    if (typeof value !== "number" || (whole && !Number.isInteger(value))) return type;
    if (value < low || value > high) return range;
    return Number.isFinite(Math.fround(value)) ? undefined : tooLarge;
  };
}

function booleanRefuser(feature: Feature): Refuse {
  const type: Refusal = { code: "type", expected: expectedOf(feature) };
  return (value) => (typeof value === "boolean" ? undefined : type);
}

function categoryRefuser(feature: Feature): Refuse {
  const choices = new Set(feature.values);
  const type: Refusal = { code: "type", expected: expectedOf(feature) };
  const choice: Refusal = { code: "choice", expected: expectedOf(feature) };
  return (value) => {
    if (typeof value !== "string") return type;
    return choices.has(value) ? undefined : choice;
  };
}

/**
 * A column says by an empty string that text is missing, so an empty string is no value of its own. ONNX Runtime takes
 * texts that end with a NUL: behind one in the middle it would read nothing.
 */
function stringRefuser(feature: Feature): Refuse {
  const type: Refusal = { code: "type", expected: expectedOf(feature) };
  const missing: Refusal = { code: "missing", expected: expectedOf(feature) };
  const cut: Refusal = { code: "type", expected: "a string without the character U+0000" };
  return (value) => {
    if (typeof value !== "string") return type;
    if (value.includes("\0")) return cut;
    return value === "" && !feature.nullable ? missing : undefined;
  };
}

/** What a request should send for the feature, as the end of "Expected …". */
export function expectedOf(feature: Feature): string {
  switch (feature.type) {
    case "number":
      return `a number${boundsText(feature)}`;
    case "integer":
      return `an integer${boundsText(feature)}`;
    case "boolean":
      return "true or false";
    case "category":
      return choicesText(feature.values ?? []);
    case "string":
      return feature.nullable ? "a string" : "a string that is not empty";
  }
}

function boundsText({ min, max }: Feature): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

/** A category may have thousands of choices: an error names the first few. */
function choicesText(choices: readonly string[]): string {
  const named = choices.slice(0, 10).map((choice) => JSON.stringify(choice));
  const rest = choices.length - named.length;
  return `one of ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
