import { float64Column, int32Column } from "./growing-column.ts";
import { maxRowsOfKey, type TruthKeys } from "./join.ts";
import { NameTable } from "./name-table.ts";

/** The requests and ids that predictions and truths are told apart by. */
export interface KeyTables {
  readonly requests: NameTable;
  readonly ids: NameTable;
}

/** What really happened to one row: named by its request and row, or by its id as the log has it. */
export interface Truth {
  readonly requestId?: string;
  /** Of that request. */
  readonly row?: number;
  /** As text: an id that is a number and one that is its text are the same. */
  readonly id?: string;
  /** The class, or the number. */
  readonly truth: string | number;
  /** When it was told, milliseconds since the epoch. */
  readonly timeMs: number;
}

/** Truths as columns. */
export interface Truths extends TruthKeys {
  /** Numbers of a regression; of a classification the number of the label in `labels`. */
  readonly values: Float64Array;
  /** The model's classes, then labels that only truths have. */
  readonly labels: readonly string[];
}

/** Collects truths as columns. */
export class TruthList {
  private readonly tables: KeyTables;
  private readonly labels: NameTable;
  private readonly columns = {
    timeMs: float64Column(),
    request: int32Column(),
    row: int32Column(),
    id: int32Column(),
    values: float64Column(),
  };

  /** @param classes  of the model; none of a regression */
  constructor(tables: KeyTables, classes: readonly string[]) {
    this.tables = tables;
    this.labels = new NameTable(classes);
  }

  add({ requestId, row = 0, id, truth, timeMs }: Truth): void {
    if (row >= maxRowsOfKey) throw new RangeError(`No request has a row ${row}`);
    const { columns, tables } = this;
    columns.timeMs.push(timeMs);
    columns.request.push(requestId === undefined ? -1 : tables.requests.numberOf(requestId));
    columns.row.push(row);
    columns.id.push(requestId !== undefined || id === undefined ? -1 : tables.ids.numberOf(id));
    columns.values.push(typeof truth === "number" ? truth : this.labels.numberOf(truth));
  }

  toColumns(): Truths {
    const { timeMs, request, row, id, values } = this.columns;
    return {
      timeMs: timeMs.toArray(),
      request: request.toArray(),
      row: row.toArray(),
      id: id.toArray(),
      values: values.toArray(),
      labels: this.labels.names(),
    };
  }
}
