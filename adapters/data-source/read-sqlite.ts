import { existsSync } from "node:fs";
import type { StatementSync } from "node:sqlite";
import type { DataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { integerOf, refuseBytes, textReader } from "./cell-text.ts";
import type { ColumnBuilder, ColumnKind } from "./column-builder.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { refuseUnknown } from "./known-options.ts";
import { queryText, refuseNoColumns, type SqlSource, sqlOptions } from "./query-text.ts";
import { rowLimit } from "./row-limit.ts";
import { codeOf, reasonOf } from "./server-address.ts";

/**
 * Loads what a query of an SQLite file returns, or a table. The file is opened to be read only, and no more rows are
 * asked for than wanted.
 *
 * @throws {MltError} when there is no such file, or it refuses the query
 */
export async function readSqlite(path: string, source: SqlSource): Promise<DataFrame> {
  refuseUnknown("readSqlite", source, sqlOptions);
  const query = queryText(source, "readSqlite", '"');
  const limit = rowLimit(source);
  if (!existsSync(path)) {
    throw new MltError(`There is no SQLite file "${path}"`, {
      hint: 'Name it from the data loader, as in join(import.meta.dirname, "shop.db").',
    });
  }
  // In Bun, in Deno and in the binary alike; most commands never need it.
  const { DatabaseSync } = await import("node:sqlite");
  const frame = await FrameBuilder.open();
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const statement = database.prepare(query);
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      return readRows(statement, frame, limit);
    } finally {
      database.close();
    }
  } catch (cause) {
    if (codeOf(cause) !== "ERR_SQLITE_ERROR") throw cause;
    throw new MltError(`SQLite file "${path}" refuses the query: ${reasonOf(cause)}`, {
      hint: "Mend the query or the name in the data loader.",
      cause,
    });
  }
}

function readRows(statement: StatementSync, frame: FrameBuilder, limit: number): DataFrame {
  const columns = statement.columns();
  if (columns.length === 0) refuseNoColumns("readSqlite");
  const readers = columns.map(({ name, type }) => {
    const isBoolean = /^bool/i.test(type ?? "");
    const column = frame.addColumn(name, isBoolean ? "boolean" : undefined);
    return isBoolean ? booleanReader(column) : valueReader(column);
  });
  for (const row of limit === 0 ? [] : statement.iterate()) {
    if (!Array.isArray(row)) throw new RangeError("SQLite gave a row by name");
    for (const [index, read] of readers.entries()) read(row[index]);
    frame.endRow();
    if (frame.height === limit) break;
  }
  return frame.finish(new Map(columns.map(({ name, type }) => [name, affinityOf(type ?? "")])));
}

/** SQLite keeps booleans as integers. */
function booleanReader(column: ColumnBuilder) {
  const read = textReader(column.name, "boolean");
  return (value: unknown) => column.add(value === null ? null : read(String(value)));
}

/** The values have types, and the columns only as much as was declared. */
function valueReader(column: ColumnBuilder) {
  return (value: unknown) => {
    if (typeof value === "bigint") column.addOf("integer", integerOf(value));
    else if (typeof value === "number") column.addOf("number", value);
    else if (typeof value === "string") column.addOf("text", value);
    else if (value === null) column.add(null);
    else refuseBytes(column.name);
  };
}

/** @see https://www.sqlite.org/datatype3.html, 3.1 */
function affinityOf(declared: string): ColumnKind {
  if (/int/i.test(declared)) return "integer";
  return /real|floa|doub|num|dec/i.test(declared) ? "number" : "text";
}
