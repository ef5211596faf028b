import { nearest } from "../nearest.ts";
import type { Columns } from "./columns.ts";
import type { Feature, FeatureSpec } from "./feature-spec.ts";
import { columnOpener, expectedOf, type OpenColumn } from "./open-column.ts";
import type { Refusal, RowError } from "./row-error.ts";
import { type RowId, refuseId } from "./row-id.ts";

/** Rows of a request, laid out for the model. */
export interface RowsAsColumns {
  readonly columns: Columns;
  /** By row; `undefined` where it has none. */
  readonly ids: readonly (RowId | undefined)[];
}

export type PackedRows =
  | ({ readonly ok: true } & RowsAsColumns)
  | { readonly ok: false; readonly reason: "too-many-rows"; readonly nRows: number }
  /** The first `maxRowErrors`, in the order of the rows. */
  | { readonly ok: false; readonly reason: "rows"; readonly errors: readonly RowError[] };

/** A field's name is told up to here. */
const longestName = 100;

/** A report stops here: a long body of nonsense costs no more than a short one. */
export const maxRowErrors = 100;

interface Field {
  readonly name: string;
  /** What a row without the key is told; `undefined` where the model can do without. */
  readonly refuseMissing: Refusal | undefined;
  /** Whether every object seems to have this key, so that only an own one counts. */
  readonly inherited: boolean;
  open(nRows: number): OpenColumn;
}

interface Layout {
  readonly fields: readonly Field[];
  readonly known: ReadonlySet<string>;
  readonly id: string | undefined;
}

/**
 * Makes the function that checks a request's rows and lays them out as columns.
 * Nothing is coerced: a number in a string is not a number, and what float32 cannot hold is out of range.
 *
 * @returns a function of the parsed JSON body; it never throws, whatever the body is
 */
export function rowPacker(
  spec: Pick<FeatureSpec, "features" | "id">,
  maxRows: number,
): (body: unknown) => PackedRows {
  const known = new Set(spec.features.map((feature) => feature.name));
  if (spec.id !== undefined) known.add(spec.id);
  const layout: Layout = { fields: spec.features.map(fieldOf), known, id: spec.id };
  const expected = `an array of 1 to ${maxRows} rows`;
  return (body) => {
    if (!Array.isArray(body)) return refuseBody({ code: "type", expected });
    if (body.length === 0) return refuseBody({ code: "range", expected });
    if (body.length > maxRows) return { ok: false, reason: "too-many-rows", nRows: body.length };
    return packBody(body, layout);
  };
}

function refuseBody(refusal: Refusal): PackedRows {
  return { ok: false, reason: "rows", errors: [{ row: null, field: null, ...refusal }] };
}

function packBody(rows: readonly unknown[], layout: Layout): PackedRows {
  const pack = new Packing(layout, rows.length);
  for (let row = 0; row < rows.length && pack.errors.length < maxRowErrors; row++) pack.add(rows[row], row);
  if (pack.errors.length > 0) {
    return { ok: false, reason: "rows", errors: pack.errors.slice(0, maxRowErrors) };
  }
  return { ok: true, columns: { nRows: rows.length, values: pack.values }, ids: pack.ids };
}

/** The columns of one body while its rows are laid out. */
class Packing {
  readonly errors: RowError[] = [];
  readonly values = new Map<string, Float32Array | readonly string[]>();
  readonly ids: (RowId | undefined)[];
  private readonly layout: Layout;
  private suggested = false;
  private readonly open: { readonly field: Field; readonly column: OpenColumn }[] = [];

  constructor(layout: Layout, nRows: number) {
    this.layout = layout;
    this.ids = new Array(nRows).fill(undefined);
    for (const field of layout.fields) {
      const column = field.open(nRows);
      this.open.push({ field, column });
      this.values.set(field.name, column.values);
    }
  }

  add(sent: unknown, row: number): void {
    if (!isRecord(sent)) {
      this.errors.push({ row, field: null, code: "type", expected: "an object" });
      return;
    }
    const found = this.addFields(sent, row) + this.addId(sent, row);
    if (countKeys(sent) !== found) this.refuseUnknown(Object.keys(sent), row);
  }

  /** @returns how many of the row's keys are features */
  private addFields(sent: Readonly<Record<string, unknown>>, row: number): number {
    let found = 0;
    // By index, and keys counted rather than listed: this loop is most of what a large request costs.
    for (let index = 0; index < this.open.length; index++) {
      const open = this.open[index];
      if (open === undefined) continue;
      const { field, column } = open;
      const value = field.inherited && !Object.hasOwn(sent, field.name) ? undefined : sent[field.name];
      if (value !== undefined) found++;
      const refusal = value === undefined ? field.refuseMissing : column.put(value, row);
      if (refusal !== undefined) this.errors.push({ row, field: field.name, ...refusal });
    }
    return found;
  }

  /** @returns 1 when the row has an id, else 0 */
  private addId(sent: Readonly<Record<string, unknown>>, row: number): number {
    const field = this.layout.id;
    if (field === undefined || !Object.hasOwn(sent, field)) return 0;
    const id = sent[field];
    const refusal = refuseId(id);
    if (refusal !== undefined) this.errors.push({ row, field, ...refusal });
    else if (typeof id === "string" || typeof id === "number") this.ids[row] = id;
    return 1;
  }

  /** Of the first unknown key alone: to compare names takes time, and a body may hold many. */
  private suggestion(key: string): string {
    if (this.suggested || key.length > longestName) return "";
    this.suggested = true;
    const meant = nearest(key, this.layout.known);
    return meant === undefined ? "" : `, such as ${JSON.stringify(meant)}`;
  }

  private refuseUnknown(keys: readonly string[], row: number): void {
    const { known } = this.layout;
    for (const key of keys) {
      if (this.errors.length >= maxRowErrors) return;
      if (known.has(key)) continue;
      const expected = `one of the ${known.size} known fields${this.suggestion(key)}`;
      this.errors.push({ row, field: key.slice(0, longestName), code: "unknown", expected });
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function countKeys(sent: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const _ in sent) count++;
  return count;
}

function fieldOf(feature: Feature): Field {
  return {
    name: feature.name,
    refuseMissing: feature.nullable ? undefined : { code: "missing", expected: expectedOf(feature) },
    inherited: feature.name in Object.prototype,
    open: columnOpener(feature),
  };
}
