import type { NodeDescription } from "./read-graph.ts";
import { type Column, numbersOf, textsOf } from "./tensor.ts";

/**
 * What a LabelEncoder makes of a column: text or numbers to numbers.
 *
 * @throws {RangeError} for one that gives text, or reads whole numbers
 * @see https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html (version 2)
 */
export function labelEncoder({ attributes }: NodeDescription): (column: Column) => Float64Array {
  const { keys_strings, keys_floats, values_int64s, values_floats } = attributes;
  const values =
    values_int64s !== undefined && "ints" in values_int64s
      ? Array.from(values_int64s.ints)
      : values_floats !== undefined && "floats" in values_floats
        ? Array.from(values_floats.floats)
        : undefined;
  if (values === undefined) throw new RangeError("LabelEncoder is not to numbers");
  const other = defaultOf(attributes, values_int64s === undefined);
  if (keys_strings !== undefined && "strings" in keys_strings) {
    const answers = new Map(keys_strings.strings.map((key, index) => [key, values[index] ?? other]));
    return (column) => Float64Array.from(textsOf(column), (text) => answers.get(text) ?? other);
  }
  if (keys_floats === undefined || !("floats" in keys_floats))
    throw new RangeError("LabelEncoder reads neither text nor float32");
  const answers = new Map(Array.from(keys_floats.floats, (key, index) => [key, values[index] ?? other]));
  return (column) => Float64Array.from(numbersOf(column), (number) => answers.get(number) ?? other);
}

/** As ONNX has it where the node says nothing. */
function defaultOf(
  { default_int64, default_float }: NodeDescription["attributes"],
  isFloat: boolean,
): number {
  if (isFloat) return default_float !== undefined && "float" in default_float ? default_float.float : -0;
  return default_int64 !== undefined && "int" in default_int64 ? default_int64.int : -1;
}
