import { MltError } from "../../core/errors.ts";
import type { KnownOptions } from "./known-options.ts";
import { type LoadOptions, limitOptions } from "./row-limit.ts";

/** What to load from a database that speaks SQL. */
export interface SqlSource extends LoadOptions {
  /** A SELECT. */
  readonly query?: string | undefined;
  /** The name of a table or a view, in the place of a query. */
  readonly table?: string | undefined;
}

export const sqlOptions: KnownOptions<SqlSource> = { query: true, table: true, ...limitOptions };

/**
 * The query to run.
 *
 * @param quote  what encloses a name
 * @throws {MltError} where there is neither query nor table, or both
 */
export function queryText({ query, table }: SqlSource, called: string, quote: '"' | "`"): string {
  if ((query === undefined) === (table === undefined)) {
    throw new MltError(
      `${called} was given ${query === undefined ? "neither query nor table" : "query and table"}`,
      {
        hint: 'Pass { query: "SELECT …" } or { table: "name" }.',
      },
    );
  }
  // Other drivers than that of PostgreSQL take nothing for an error of their own, or for a statement.
  if (query !== undefined && query.replaceAll(comments, "").trim() === "") refuseNoColumns(called);
  if (query !== undefined) return query;
  const parts = (table ?? "").split(".");
  return `SELECT * FROM ${parts.map((part) => quote + part.replaceAll(quote, quote + quote) + quote).join(".")}`;
}

const comments = /--[^\n]*|\/\*.*?\*\//gs;

/** A statement that returns nothing. */
export function refuseNoColumns(called: string): never {
  throw new MltError(`The query of ${called} returns no columns`, { hint: "Write one SELECT." });
}
