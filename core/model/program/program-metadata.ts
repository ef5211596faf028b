import { MltError } from "../../errors.ts";
import { sortLabels } from "../../learn/labels.ts";
import type { GraphSignature } from "../../onnx/graph-signature.ts";
import { printable } from "../../report/printable.ts";
import type { ModelCard } from "../model-card.ts";
import type { Findings } from "./findings.ts";

/** What the metadata of an ONNX file may say: the estimator's name, its params and its classes, the latter two as JSON. */
const keys = { name: "estimator", params: "params", classes: "classes" } as const;

/** So that it stands in a line of a table. */
const longestName = 100;

/**
 * What the model is called in its card: by its metadata, or else by who wrote the file.
 *
 * @throws {MltError} when its params are no JSON object
 */
export function estimatorOf({ metadata, producer }: GraphSignature): ModelCard["estimator"] {
  const written = metadata.get(keys.name) ?? (producer === "" ? "ONNX model" : `${producer} model`);
  const name = printable(written, longestName);
  const text = metadata.get(keys.params);
  if (text === undefined) return { name, params: {} };
  const params = readJson(keys.params, text);
  if (typeof params === "object" && params !== null && !Array.isArray(params)) {
    return { name, params: { ...params } };
  }
  throw noJson(keys.params, "an object");
}

/**
 * The classes in the order of the probabilities: as the metadata have them, or sorted as scikit-learn sorts them.
 *
 * @param truth     of the rows that were learned from
 * @param findings  takes note where the metadata name others
 * @throws {MltError} when the metadata's are no JSON list
 */
export function classesOf(
  { metadata }: GraphSignature,
  truth: readonly unknown[],
  findings: Findings,
): readonly string[] {
  const sorted = sortLabels(new Set(truth.map(String)));
  const text = metadata.get(keys.classes);
  if (text === undefined) return sorted;
  const named = readJson(keys.classes, text);
  if (!Array.isArray(named)) throw noJson(keys.classes, "a list");
  const classes = named.map(String);
  if (sortLabels(new Set(classes)).join("\0") === sorted.join("\0") && classes.length === sorted.length)
    return classes;
  findings.problems.push(
    `Its metadata name the classes [${classes.join(", ")}], and the training rows have [${sorted.join(", ")}]`,
  );
  return sorted;
}

function readJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noJson(key, "JSON", cause);
  }
}

function noJson(key: string, wanted: string, cause?: unknown): MltError {
  return new MltError(`The metadata "${key}" of the model that the program wrote are not ${wanted}`, {
    hint: 'Write it as JSON, such as ["no", "yes"] for the classes and {"C": 1} for the params.',
    cause,
  });
}
