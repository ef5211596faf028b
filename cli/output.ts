import { Console } from "node:console";
import { styleText } from "node:util";
import { createConsola, LogLevels } from "consola";
import { ExitCode } from "../core/errors.ts";
import type { Steps } from "../core/model/steps.ts";

type Style = Parameters<typeof styleText>[0];

/** Prints a result: the one thing that goes to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a part of a long result as it stands, and resolves once stdout takes more. */
export async function printAll(text: string): Promise<void> {
  if (text === "" || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}

/** Ends the run when stdout takes no more: quietly where its reader has left, as `head` does. */
export function endWithStdout(): void {
  process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code === "EPIPE") process.exit(ExitCode.done);
    fail(`Cannot write the result: ${cause.message}`);
    process.exit(ExitCode.external);
  });
}

/** Goes on when stderr takes no more: a service must still finish its requests after its log's reader has left. */
export function goOnWithoutStderr(): void {
  process.stderr.on("error", () => undefined);
}

/** Prints a value as the one JSON document of `--json`. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** What a failure tells beside its message. */
export interface FailureDetails {
  /** One thing to do about it. */
  readonly hint?: string | undefined;
  readonly exitCode?: number;
  /** The stack of a bug. */
  readonly stack?: string | undefined;
}

/** How messages reach stderr. */
export interface Voice {
  say(text: string): void;
  warn(text: string): void;
  fail(text: string, details: FailureDetails): void;
  /** Where the project's code prints to. */
  readonly console: NodeJS.WritableStream;
}

const prefixes = new Map<string, () => string>([
  ["error", () => style("red", "error: ")],
  ["warn", () => style("yellow", "warning: ")],
  ["info", () => style("cyan", "hint: ")],
]);

/** Messages as text for people: lines, not boxes. */
export function plainVoice(write: (text: string) => void): Voice {
  const messages = createConsola({
    level: LogLevels.info,
    reporters: [{ log: ({ type, args }) => write(`${prefixes.get(type)?.() ?? ""}${args.join(" ")}`) }],
  });
  return {
    say: (text) => messages.log(text),
    warn: (text) => messages.warn(text),
    fail(text, { hint, stack }) {
      messages.error(stack === undefined ? text : `${text}\n${stack}`);
      if (hint !== undefined) messages.info(hint);
    },
    console: process.stderr,
  };
}

/** All that is said on stderr goes through one voice. */
let voice = plainVoice((text) => void process.stderr.write(`${text}\n`));

/** From now on messages reach stderr another way: those of a service are lines of its log. */
export function speakWith(other: Voice): void {
  voice = other;
}

/** What a project's code prints is no result: it goes to stderr, as messages do. */
export function projectConsole(): Console {
  return new Console(voice.console);
}

/** Says something to the person at the terminal, on stderr. */
export function say(text: string): void {
  voice.say(text);
}

/** Says what a person should look at, and that does not stop the work. */
export function warn(text: string): void {
  voice.warn(text);
}

/** Says what failed, and one thing to do about it. */
export function fail(text: string, details: FailureDetails = {}): void {
  voice.fail(text, details);
}

/** Styled where stderr is a terminal that wants colour. */
export function style(styles: Style, text: string): string {
  return styleText(styles, text, { stream: process.stderr });
}

/** Styled where stdout is a terminal that wants colour. */
export function styleResult(styles: Style, text: string): string {
  return styleText(styles, text, { stream: process.stdout });
}

/** Rows under a header, columns aligned; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = header.map((_, column) =>
    rows.every((row) => /^(NaN|[-+–±.\de\s]*)$/.test(row[column] ?? "")),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? "";
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [styleResult("bold", line(header)), ...rows.map(line)].join("\n");
}

/** Four significant digits, as metrics are shown. */
export function metricText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** Draws steps on stderr: on a terminal a running one shows at once, elsewhere one line when it is done. */
export function stderrSteps(): Steps {
  const onTerminal = process.stderr.isTTY === true;
  const width = 18;
  return {
    async run(title, work, describe) {
      const started = performance.now();
      if (onTerminal) process.stderr.write(`${style("cyan", "…")} ${title}`);
      const clear = onTerminal ? "\r\x1b[K" : "";
      try {
        const result = await work();
        const detail = describe?.(result) ?? "";
        const seconds = `${((performance.now() - started) / 1000).toFixed(2)} s`;
        say(`${clear}${style("green", "✓")} ${title.padEnd(width)} ${detail} ${style("dim", seconds)}`);
        return result;
      } catch (cause) {
        say(`${clear}${style("red", "✗")} ${title}`);
        throw cause;
      }
    },
    warn,
  };
}

/** No drawing: what `--json` and tests use. */
export const silentSteps: Steps = { run: async (_title, work) => await work(), warn: () => undefined };

/** How far counted work is. */
export interface Progress {
  advance(by: number): void;
  done(): void;
}

/** Draws how far counted work is, on a terminal only; `done` clears it. */
export function progressBar(total: number): Progress {
  if (process.stderr.isTTY !== true || total === 0)
    return { advance: () => undefined, done: () => undefined };
  let count = 0;
  const width = 30;
  return {
    advance(by) {
      count += by;
      const filled = Math.round((count / total) * width);
      process.stderr.write(`\r${"█".repeat(filled)}${"░".repeat(width - filled)} ${count} of ${total} rows`);
    },
    done: () => void process.stderr.write("\r\x1b[K"),
  };
}
