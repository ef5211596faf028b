import type { DataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { loadPolars, type Polars } from "../polars/load-polars.ts";
import { ColumnBuilder, type ColumnKind } from "./column-builder.ts";

/** Rows whose values are objects of JavaScript at a time. */
const chunkRows = 16_384;

/** Makes one data frame of rows that come one after the other. */
export class FrameBuilder {
  private readonly pl: Polars;
  private readonly byName = new Map<string, ColumnBuilder>();
  private rows = 0;

  private constructor(pl: Polars) {
    this.pl = pl;
  }

  static async open(): Promise<FrameBuilder> {
    return new FrameBuilder(await loadPolars());
  }

  /** Rows that have ended. */
  get height(): number {
    return this.rows;
  }

  /** A further column, null in the rows so far. @throws {MltError} when there is one of that name */
  addColumn(name: string, kind?: ColumnKind): ColumnBuilder {
    if (this.byName.has(name)) {
      throw new MltError(`The query returns two columns "${name}"`, {
        hint: "Name the columns in the query, and rename one with AS.",
      });
    }
    const column = new ColumnBuilder(this.pl, name, kind);
    column.padTo(this.rows);
    this.byName.set(name, column);
    return column;
  }

  column(name: string): ColumnBuilder {
    return this.byName.get(name) ?? this.addColumn(name);
  }

  /** Ends a row; it is null in columns that were given nothing. */
  endRow(): void {
    this.rows += 1;
    for (const column of this.byName.values()) column.padTo(this.rows);
    if (this.rows % chunkRows === 0) for (const column of this.byName.values()) column.flush();
  }

  /** @param emptyKinds  what columns without a value are, by name; else text */
  finish(emptyKinds: ReadonlyMap<string, ColumnKind> = new Map()): DataFrame {
    return this.pl.DataFrame(
      Array.from(this.byName.values(), (column) => column.finish(emptyKinds.get(column.name))),
    );
  }
}
