import type { Connection, FieldPacket } from "mysql2";
import type { DataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { refuseUnknown } from "./known-options.ts";
import { mysqlColumn } from "./mysql-columns.ts";
import { mysqlOptions } from "./mysql-options.ts";
import { queryText, refuseNoColumns, type SqlSource, sqlOptions } from "./query-text.ts";
import { rowLimit } from "./row-limit.ts";
import {
  codeOf,
  databaseFailure,
  type Refusal,
  reasonOf,
  type ServerAddress,
  serverAddress,
} from "./server-address.ts";

export interface MysqlSource extends SqlSource {
  /** `mysql://user:password@host:3306/database`, from the environment; `?ssl-mode=VERIFY_IDENTITY` for TLS. */
  readonly url: string | undefined;
}

const rules = { called: "readMysql", product: "MySQL", schemes: ["mysql", "mariadb"] };

/**
 * Loads what a query of MySQL or MariaDB returns, or a table. The session can only read, and the server is asked for
 * no more rows than wanted.
 *
 * @throws {MltError} external: when the server cannot be reached or refuses the user; input: for a query that it refuses
 */
export async function readMysql(source: MysqlSource): Promise<DataFrame> {
  refuseUnknown(rules.called, source, { url: true, ...sqlOptions });
  const address = serverAddress(source.url, rules);
  const query = queryText(source, rules.called, "`");
  const limit = rowLimit(source);
  const options = mysqlOptions(address, rules);
  const { createConnection } = await import("mysql2");
  const frame = await FrameBuilder.open();
  const connection = createConnection(options);
  try {
    await run(connection, settings(limit));
    await run(connection, "SET SESSION TRANSACTION READ ONLY");
    await readRows(connection, query, { frame, limit });
    return frame.finish();
  } catch (cause) {
    throw failureOf(address, cause);
  } finally {
    // Rows that are on their way are not waited for.
    connection.destroy();
  }
}

/** The server itself stops at the limit, unless the query has a LIMIT of its own. */
function settings(limit: number): string {
  const most = Number.isFinite(limit) ? `, @@SESSION.sql_select_limit = ${limit}` : "";
  return `SET @@SESSION.time_zone = '+00:00'${most}`;
}

function run(connection: Connection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Of a connection that cannot be made, or that ends, the command may hear nothing.
    connection.on("error", reject);
    connection.query(sql, (error) => (error === null ? resolve() : reject(error)));
  });
}

function readRows(
  connection: Connection,
  sql: string,
  { frame, limit }: { readonly frame: FrameBuilder; readonly limit: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.on("error", reject);
    let readers: readonly ((text: string | null) => void)[] = [];
    const attempt = (work: () => void) => {
      try {
        work();
      } catch (cause) {
        reject(cause);
        connection.destroy();
      }
    };
    const readRow = (row: unknown) => {
      if (!Array.isArray(row)) throw new RangeError("MySQL gave a row by name");
      if (frame.height >= limit) return resolve();
      for (const [index, read] of readers.entries()) read(row[index] ?? null);
      frame.endRow();
    };
    connection
      .query({ sql, rowsAsArray: true, typeCast: (field) => field.string("utf8") })
      .on("fields", (fields: readonly FieldPacket[] | undefined) =>
        attempt(() => {
          if (fields === undefined) refuseNoColumns(rules.called);
          readers = fields.map((field) => columnReader(frame, field));
        }),
      )
      .on("result", (row) => attempt(() => readRow(row)))
      .on("error", reject)
      .on("end", resolve);
  });
}

function columnReader(frame: FrameBuilder, field: FieldPacket) {
  const { kind, read } = mysqlColumn(field);
  const column = frame.addColumn(field.name, kind);
  return (text: string | null) => column.add(text === null ? null : read(text));
}

function failureOf(address: ServerAddress, cause: unknown): unknown {
  const code = codeOf(cause);
  if (cause instanceof MltError || code === "") return cause;
  const state = cause instanceof Error && "sqlState" in cause ? String(cause.sqlState) : "";
  // 08 is about the connection, as of a server with too many.
  if (!(cause instanceof Error && "sqlMessage" in cause) || state.startsWith("08")) {
    return databaseFailure(address, "unreachable", reasonOf(cause));
  }
  const refusal: Refusal = loginCodes.has(code) ? "login" : "query";
  return databaseFailure(address, refusal, reasonOf(cause));
}

const loginCodes = new Set(["ER_ACCESS_DENIED_ERROR", "ER_DBACCESS_DENIED_ERROR", "ER_BAD_DB_ERROR"]);
