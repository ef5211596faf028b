import { expect } from "bun:test";
import type { DataFrame } from "nodejs-polars";
import pl from "nodejs-polars";
import { ExitCode, type MltError } from "../../core/errors.ts";
import { failure } from "../support/failure.ts";
import { testWith } from "../support/tools.ts";

/** What a test asks of a source that holds `everyType`, in this order of columns. */
export interface DataSource {
  /** All rows, or at most so many. */
  load(nRows?: number): Promise<DataFrame>;
  /** The same columns without a row; not given where a source has no types of columns. */
  readonly loadNothing?: () => Promise<DataFrame>;
  /** What is not there. */
  loadAbsent(): Promise<DataFrame>;
  /** So many of very many rows: resolves with how many the source itself has read for it, or is endless by itself. */
  loadFew(nRows: number): Promise<{ readonly frame: DataFrame; readonly read?: number }>;
}

export interface DataSourceContract {
  readonly tools: readonly string[];
  readonly source: () => DataSource;
  /** What times are in the frame: sources without a type for them have text. */
  readonly times: "datetime" | "text";
  /** Within the message about what is not there. */
  readonly absent: RegExp;
}

/** The rows that every source holds: each kind of value, then nothing, then what is easily lost. */
export const everyType = [
  { id: "9007199254740993", amount: 0.1, paid: true, placed: "2024-02-29 12:30:00.123456", name: "é😀" },
  { id: null, amount: null, paid: null, placed: null, name: null },
  { id: "-5", amount: -2.5e300, paid: false, placed: "1969-12-31 23:59:59.999999", name: 'it\'s, "quoted"' },
] as const;

/** `everyType` as statements of SQL. */
export function everyTypeSql(timeType: string): string {
  const cell = (value: unknown) =>
    typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : value === null ? "NULL" : String(value);
  const rows = everyType.map((row) => `(${Object.values(row).map(cell).join(", ")})`);
  return `CREATE TABLE every_type (id BIGINT, amount DOUBLE PRECISION, paid BOOLEAN, placed ${timeType}, name VARCHAR(80));
    INSERT INTO every_type VALUES ${rows.join(", ")};`;
}

/** What every loader promises to whoever writes a data loader with it. */
export function checkDataSource(name: string, { tools, source, times, absent }: DataSourceContract): void {
  const check = (what: string, run: (source: DataSource) => Promise<void>) =>
    testWith(tools, `${name}() ${what}`, () => run(source()));

  check("keeps every value as it is", async ({ load }) => {
    const frame = await load();
    expect(frame.columns).toEqual(["id", "amount", "paid", "placed", "name"]);
    expect(valuesOf(frame)).toEqual(
      everyType.map((row) => ({ ...row, placed: times === "text" ? row.placed : microseconds(row.placed) })),
    );
  });

  check("gives columns the types of their values", async ({ load }) => {
    const types = (await load()).dtypes.map(String);
    const time = times === "text" ? pl.String : pl.Datetime("us");
    expect(types).toEqual([pl.Int64, pl.Float64, pl.Bool, time, pl.String].map(String));
  });

  check("loads no more rows than nRows", async ({ load }) => {
    expect(valuesOf(await load(1)).map(({ id }) => id)).toEqual(["9007199254740993"]);
    expect((await load(0)).height).toBe(0);
    expect((await load(2)).height).toBe(2);
    expect((await load(99)).height).toBe(3);
  });

  check("refuses an nRows that is no number of rows", async ({ load }) => {
    expect((await failure(() => load(1.5))).message).toBe("nRows is 1.5, which is no number of rows");
  });

  check("asks the source for no more rows than nRows", async ({ loadFew }) => {
    const { frame, read } = await loadFew(7);
    expect(frame.height).toBe(7);
    if (read !== undefined) expect(read).toBeLessThanOrEqual(7);
  });

  check("keeps the columns where there is no row", async ({ loadNothing }) => {
    const frame = await loadNothing?.();
    if (frame === undefined) return;
    expect(frame.height).toBe(0);
    expect(frame.columns).toEqual(["id", "amount", "paid", "placed", "name"]);
  });

  check("names what is not there", async ({ loadAbsent }) => {
    const error = await failure(() => loadAbsent());
    expect(error.message).toMatch(absent);
    expect(error.exitCode).toBe(ExitCode.input);
  });
}

/** A database behind a connection string. */
export interface ServerContract {
  readonly tools: readonly string[];
  /** With a password that the environment holds. */
  readonly url: () => string;
  readonly password: () => string;
  readonly load: (url: string | undefined) => Promise<DataFrame>;
  /** How the product is called. */
  readonly product: string;
  /** Whether the server of the test asks for a password. */
  readonly hasLogin: boolean;
}

/** What every loader of a server promises beside that. */
export function checkServerSource(name: string, contract: ServerContract): void {
  const { tools, load, product } = contract;
  const check = (what: string, run: () => Promise<void>) => testWith(tools, `${name}() ${what}`, run);

  check("says where it cannot reach the server, without the password", async () => {
    const url = contract.url().replace(/:\d+\//, ":1/");
    const error = await failure(() => load(url));
    expect(error.message).toStartWith(`Cannot reach ${product} at "127.0.0.1:1/`);
    expect(error.exitCode).toBe(ExitCode.external);
    expectNoSecret(error, contract.password());
  });

  if (contract.hasLogin) {
    check("says that the server refuses the user, without the password", async () => {
      process.env["MLT_TEST_WRONG"] = "wrong-password";
      const error = await failure(() => load(contract.url().replace(/:[^:@/]+@/, ":wrong-password@")));
      delete process.env["MLT_TEST_WRONG"];
      expect(error.message).toStartWith(`Cannot log in to ${product} at "127.0.0.1:`);
      expect(error.exitCode).toBe(ExitCode.external);
      expectNoSecret(error, "wrong-password");
    });
  }

  check("refuses a password that the environment does not hold", async () => {
    const url = contract.url().replace(/\/\/(?:[^@]*@)?/, "//reader:written-in-code@");
    const error = await failure(() => load(url));
    expect(error.message).toBe(
      `The connection string of ${name} holds a secret that is in no environment variable`,
    );
    expectNoSecret(error, "written-in-code");
  });

  check("says how to give it a connection string", async () => {
    const error = await failure(() => load(undefined));
    expect(error.message).toBe(`${name} was given no connection string`);
    expect((await failure(() => load("nonsense"))).message).toBe(
      `Cannot read the connection string of ${name} as one of ${product}`,
    );
  });
}

function expectNoSecret(error: MltError, secret: string): void {
  if (secret === "") return;
  for (const text of [error.message, error.hint ?? "", String(error.cause)]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  }
}

/** Rows with integers as text, since JavaScript would round them, and times in microseconds. */
function valuesOf(frame: DataFrame): readonly Record<string, unknown>[] {
  const columns = frame.columns.map((name) => {
    const column = frame.getColumn(name);
    const isInteger = column.dtype.equals(pl.Int64) || String(column.dtype).startsWith("DataType(Datetime");
    return isInteger ? column.cast(pl.Int64).cast(pl.String).toArray() : column.toArray();
  });
  return Array.from({ length: frame.height }, (_, row) =>
    Object.fromEntries(frame.columns.map((name, index) => [name, columns[index]?.[row]])),
  );
}

/** Since 1970, as text. */
export function microseconds(text: string | null): string | null {
  if (text === null) return null;
  // By another way than ours: Date knows milliseconds.
  const ms = Date.parse(`${text.slice(0, 23).replace(" ", "T")}Z`);
  return String(BigInt(ms) * 1000n + BigInt(text.slice(23)));
}
