import { duplicateKey } from "../features/duplicate-key.ts";
import { maxRowErrors, type RowsAsColumns, rowPacker } from "../features/pack-rows.ts";
import type { RowError } from "../features/row-error.ts";
import { rowScanner } from "../features/scan-rows.ts";
import type { ModelCard } from "../model/model-card.ts";
import { Problem } from "./problem.ts";
import { parseJson } from "./request-json.ts";

export interface RequestRowsOptions {
  readonly card: Pick<ModelCard, "features" | "id_name">;
  readonly maxRows: number;
  /** Called with what is wrong with rows. */
  readonly onErrors: (errors: readonly RowError[]) => void;
}

/**
 * Makes the function that reads the rows of a request's body.
 * It throws a `Problem`: 400 for a body that is no JSON, 413 for too many rows, 422 for rows that are wrong.
 */
export function requestRows({
  card,
  maxRows,
  onErrors,
}: RequestRowsOptions): (bytes: Uint8Array) => RowsAsColumns {
  const { features, id_name: id } = card;
  const spec = id === undefined ? { features } : { features, id };
  const scan = rowScanner(spec, maxRows);
  const pack = rowPacker(spec, maxRows);
  const refuse = (errors: readonly RowError[], body?: unknown) => {
    onErrors(errors);
    return new Problem(422, summaryOf(errors, body), { errors });
  };
  const tooManyRows = (nRows: number) =>
    new Problem(413, `The body has ${nRows} rows; send at most ${maxRows} in a request`);
  // Millions of empty rows are a gigabyte to a parser.
  const checkLength = (elements: number) => {
    if (elements > maxRows) throw tooManyRows(elements);
  };
  return (bytes) => {
    const scanned = scan(bytes);
    if (scanned !== undefined) return scanned;
    if (bytes.length === 0) throw new Problem(400, "The body is empty; send a JSON array of rows");
    const { value, text } = parseJson(bytes, checkLength);
    const packed = pack(value);
    if (packed.ok) {
      const duplicate = duplicateKey(text);
      if (duplicate !== undefined) throw refuse([duplicate]);
      return packed;
    }
    if (packed.reason === "rows") throw refuse(packed.errors, value);
    throw tooManyRows(packed.nRows);
  };
}

function summaryOf(errors: readonly RowError[], body?: unknown): string {
  const [first] = errors;
  if (first?.row === null) {
    const isRow = typeof body === "object" && body !== null && !Array.isArray(body);
    return `The body is not ${first.expected}${isRow ? "; put [ ] around the one row" : ""}`;
  }
  if (errors.length === 1) return "The body has 1 problem; see errors";
  const count = errors.length === maxRowErrors ? `at least ${maxRowErrors}` : errors.length;
  return `The body has ${count} problems; see errors`;
}
