import type { Columns } from "../../features/columns.ts";
import { type Feature, isText } from "../../features/feature-spec.ts";
import { columnOpener, type OpenColumn } from "../../features/open-column.ts";
import { maxRowErrors } from "../../features/pack-rows.ts";
import type { Refusal, RowError } from "../../features/row-error.ts";
import { shortestFloat32 } from "../../features/shortest-float32.ts";
import { type Datatype, fixedDatatypes } from "./datatypes.ts";
import type { RequestInput } from "./inference-request.ts";
import { type FeatureSource, inputLayouter } from "./input-layout.ts";
import { openTensors, type Tensor } from "./open-tensors.ts";
import { refusedValues } from "./refused-values.ts";

export interface SentTensors {
  readonly inputs: readonly RequestInput[];
  /** The bytes of those inputs that are binary, one after the other. */
  readonly binary: Uint8Array;
}

/** Puts an element of a tensor in a row of a column, or refuses it. */
type Put = (element: unknown, row: number) => Refusal | undefined;

/**
 * Makes the function that lays the tensors of a request out as the model's columns. A value is refused that a row of
 * `/api/predictions` may not have either, and in the same words.
 *
 * @param onErrors  called with what is wrong with values
 * @returns a function that throws `Problem` 400, or 413 for too many rows
 */
export function tensorPacker(
  features: readonly Feature[],
  maxRows: number,
  onErrors: (errors: readonly RowError[]) => void,
): (sent: SentTensors) => Columns {
  const layoutOf = inputLayouter(features, maxRows);
  const openers = features.map((feature) => ({ feature, open: columnOpener(feature) }));
  return ({ inputs, binary }) => {
    const { nRows, sources } = layoutOf(inputs);
    const tensors = openTensors(inputs, binary);
    const values = new Map<string, OpenColumn["values"]>();
    const errors: RowError[] = [];
    for (const { feature, open } of openers) {
      const column = open(nRows);
      values.set(feature.name, column.values);
      const source = sources.get(feature.name);
      // A nullable feature that was not sent stays missing in every row.
      if (source !== undefined) errors.push(...fillColumn(column, { feature, source, tensors, nRows }));
    }
    if (errors.length > 0) {
      onErrors(errors);
      throw refusedValues(errors);
    }
    return { nRows, values };
  };
}

interface Filling {
  readonly feature: Feature;
  readonly source: FeatureSource;
  readonly tensors: readonly Tensor[];
  readonly nRows: number;
}

/** @returns the first `maxRowErrors` of the column */
function fillColumn(column: OpenColumn, { feature, source, tensors, nRows }: Filling): RowError[] {
  const tensor = tensors[source.input];
  if (tensor === undefined) throw new RangeError(`There is no input ${source.input}`);
  const put = elementPutter(feature, column, tensor.datatype);
  const errors: RowError[] = [];
  for (let row = 0; row < nRows && errors.length < maxRowErrors; row++) {
    const refusal = put(tensor.at(row * source.width + source.column), row);
    if (refusal !== undefined) errors.push({ row, field: feature.name, ...refusal });
  }
  return errors;
}

function elementPutter(feature: Feature, column: OpenColumn, datatype: Datatype): Put {
  const read = valueReader(feature);
  const put: Put = (element, row) => column.put(read(element), row);
  switch (datatype) {
    case "BYTES":
    case "BOOL":
    case "FP16":
    case "FP64":
      return put;
    case "FP32":
      return float32Putter(put);
    default:
      return integerPutter(put, datatype);
  }
}

/** A tensor has no null: NaN and the empty text stand for it, and 0 and 1 for false and true among numbers. */
function valueReader(feature: Feature): (element: unknown) => unknown {
  if (isText(feature)) {
    // Where a text may not be missing, an empty one is refused as the text that it is.
    return feature.nullable ? (element) => (element === "" ? null : element) : (element) => element;
  }
  if (feature.type !== "boolean") return (element) => (Number.isNaN(element) ? null : element);
  return (element) => {
    if (Number.isNaN(element)) return null;
    return element === 0 ? false : element === 1 ? true : element;
  };
}

/** The float32 of 0.7 is less than 0.7, and still what a bound of 0.7 admits: a bound is compared with the decimal. */
function float32Putter(put: Put): Put {
  return (element, row) => {
    const refusal = put(element, row);
    if (refusal?.code !== "range" || typeof element !== "number" || Math.fround(element) !== element) {
      return refusal;
    }
    return put(shortestFloat32(element), row);
  };
}

/** In JSON a tensor may say that it holds integers, and hold something else. */
function integerPutter(put: Put, datatype: Exclude<Datatype, "BYTES">): Put {
  const { holds } = fixedDatatypes[datatype];
  const refusal: Refusal = { code: "range", expected: `a number that ${datatype} can hold` };
  return (element, row) =>
    put(element, row) ?? (typeof element === "number" && !holds(element) ? refusal : undefined);
}
