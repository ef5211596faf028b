import type { DataFrame } from "nodejs-polars";
import type { Sql } from "postgres";
import { MltError } from "../../core/errors.ts";
import { refuseBytes, textReader } from "./cell-text.ts";
import type { ColumnKind } from "./column-builder.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { refuseUnknown } from "./known-options.ts";
import { queryText, refuseNoColumns, type SqlSource, sqlOptions } from "./query-text.ts";
import { rowLimit } from "./row-limit.ts";
import {
  codeOf,
  databaseFailure,
  type Refusal,
  reasonOf,
  type ServerAddress,
  serverAddress,
  unreadableAddress,
} from "./server-address.ts";

export interface PostgresSource extends SqlSource {
  /** `postgres://user:password@host:5432/database`, from the environment. */
  readonly url: string | undefined;
}

const rules = { called: "readPostgres", product: "PostgreSQL", schemes: ["postgres", "postgresql"] };

/**
 * Loads what a query of PostgreSQL returns, or a table. It runs in a transaction that can only read, and the server is
 * asked for no more rows than wanted.
 *
 * @throws {MltError} external: when the server cannot be reached or refuses the user; input: for a query that it refuses
 */
export async function readPostgres(source: PostgresSource): Promise<DataFrame> {
  refuseUnknown(rules.called, source, { url: true, ...sqlOptions });
  const address = serverAddress(source.url, rules);
  const query = queryText(source, rules.called, '"');
  const limit = rowLimit(source);
  const sql = await connect(address);
  try {
    return await load(sql, query, limit);
  } catch (cause) {
    throw failureOf(address, cause);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** The driver would take a misspelt one for TLS. */
const tlsModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

async function connect(address: ServerAddress): Promise<Sql> {
  const [, mode] = /[?&]sslmode=([^&#]*)/.exec(address.url) ?? [];
  if (mode !== undefined && !tlsModes.includes(mode)) {
    throw new MltError(`The connection string of ${rules.called} has the unknown sslmode "${mode}"`, {
      hint: `Write one of ${tlsModes.join(", ")}.`,
    });
  }
  // Most commands never need it.
  const { default: postgres } = await import("postgres");
  try {
    return postgres(address.url, {
      max: 1,
      connect_timeout: 10,
      fetch_types: false,
      prepare: false,
      onnotice: () => undefined,
      connection: { application_name: "mlt" },
      types: { asText },
    });
  } catch {
    throw unreadableAddress(rules);
  }
}

/** What the driver would read itself, times only to the millisecond, by the types' numbers: kept as text. */
const asText = {
  to: 25,
  from: [16, 17, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 3802],
  serialize: String,
  parse: (text: string) => text,
};

const batchRows = 10_000;

async function load(sql: Sql, query: string, limit: number): Promise<DataFrame> {
  const frame = await FrameBuilder.open();
  await sql.begin("read only", async (transaction) => {
    await transaction.unsafe("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'");
    const { columns } = await transaction.unsafe(query).describe();
    if ((columns ?? []).length === 0) refuseNoColumns(rules.called);
    const readers = columns.map((column) => columnReader(frame, column));
    if (limit === 0) return;
    const batchSize = rowsAtOnce(limit);
    const readRow = (row: readonly unknown[]) => {
      if (frame.height === limit) return;
      for (let index = 0; index < readers.length; index++) readers[index]?.(row[index]);
      frame.endRow();
    };
    await transaction
      .unsafe(query)
      .values()
      .cursor(batchSize, (rows) => {
        for (const row of rows) readRow(row);
        return frame.height === limit ? sql.CLOSE : undefined;
      });
  });
  return frame.finish();
}

/** Batches of one size, of which the last ends at the limit or few rows behind it. */
function rowsAtOnce(limit: number): number {
  if (!Number.isFinite(limit)) return batchRows;
  return Math.max(1, Math.ceil(limit / Math.ceil(limit / batchRows)));
}

function columnReader(frame: FrameBuilder, { name, type }: { readonly name: string; readonly type: number }) {
  if (type === bytea) refuseBytes(name);
  const kind = kinds.get(type) ?? "text";
  const column = frame.addColumn(name, kind);
  const read = textReader(name, kind);
  return (value: unknown) => column.add(typeof value === "string" ? read(value) : null);
}

const bytea = 17;

/** By the types' numbers in pg_type; all others come as the text that PostgreSQL writes. */
const kinds: ReadonlyMap<number, ColumnKind> = new Map([
  [16, "boolean"],
  // int8, int2, int4, oid
  [20, "integer"],
  [21, "integer"],
  [23, "integer"],
  [26, "integer"],
  // float4, float8, numeric
  [700, "number"],
  [701, "number"],
  [1700, "number"],
  [1082, "date"],
  // timestamp, timestamptz
  [1114, "timestamp"],
  [1184, "timestamp"],
]);

/** By the classes of SQLSTATE: 28 is about who asks, 3D a database that is not there, 53 and 57 a server in trouble. */
function failureOf(address: ServerAddress, cause: unknown): unknown {
  if (cause instanceof MltError) return cause;
  const code = codeOf(cause);
  // Its class has another name in the binary.
  const isAnswer = cause instanceof Error && "severity" in cause;
  if (code === "") return cause;
  return databaseFailure(address, isAnswer ? refusalOf(code) : "unreachable", reasonOf(cause));
}

function refusalOf(state: string): Refusal {
  if (/^(?:53|57)/.test(state)) return "unreachable";
  return /^(?:28|3D)/.test(state) ? "login" : "query";
}
