import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { launch, mltBinary, startMlt } from "./mlt.ts";
import { cacheDir } from "./project.ts";
import { tempDir } from "./temp-dir.ts";

/** A ```sh block of a Markdown file. */
export interface Command {
  /** Line of the file on which the block begins. */
  readonly line: number;
  readonly script: string;
  /** The ```json or ```text block right behind it. */
  readonly output: { readonly language: "json" | "text"; readonly text: string } | undefined;
}

/** What a command of a page printed, beside what the page says: equal when the page tells the truth. */
export interface Shown {
  readonly line: number;
  readonly said: unknown;
  readonly printed: unknown;
}

/** The commands of a page, in order. */
export function commandsOf(markdown: string): Command[] {
  const block = /^```sh\n(.*?)^```\n(?:\n*```(json|text)\n(.*?)^```\n)?/gms;
  return Array.from(markdown.matchAll(block), ({ index, 1: script = "", 2: language, 3: text = "" }) => ({
    line: markdown.slice(0, index).split("\n").length,
    script: script.trimEnd(),
    output: language === "json" || language === "text" ? { language, text } : undefined,
  }));
}

/**
 * Types the commands of a page one after the other, from `dir` on: `cd` holds for those that follow. `machine` is what
 * the environment has beside a HOME and a PATH.
 * A block that is `mlt serve` alone goes on in the background until the next such block, or the end.
 *
 * @throws when a command fails, with all that it printed
 */
export async function walkThrough(
  path: string,
  dir: string,
  machine: Readonly<Record<string, string>> = {},
): Promise<Shown[]> {
  using home = tempDir();
  // What a person does not see on a terminal: curl's progress.
  await home.write({ ".curlrc": "silent\nshow-error\n" });
  const env = { HOME: home.path, CURL_HOME: home.path, MLT_CACHE_DIR: cacheDir, ...machine };
  const shown: Shown[] = [];
  let cwd = dir;
  let server: ReturnType<typeof startMlt> | undefined;
  const stopServer = async () => {
    server?.child.kill("SIGTERM");
    await server?.finished;
    server = undefined;
  };
  try {
    for (const command of commandsOf(readFileSync(path, "utf8"))) {
      let printed: string;
      if (command.script === "mlt serve") {
        await stopServer();
        server = startMlt(["serve"], { cwd, env });
        printed = await server.saw(/Ctrl-C\n/);
      } else ({ printed, cwd } = await type(command.script, { cwd, env, at: `${path}:${command.line}` }));
      if (command.output !== undefined)
        shown.push({ line: command.line, ...compared(command.output, printed) });
    }
  } finally {
    await stopServer();
  }
  return shown;
}

interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the command stands, for a failure. */
  readonly at: string;
}

async function type(
  script: string,
  { cwd, env, at }: Terminal,
): Promise<{ readonly printed: string; readonly cwd: string }> {
  const lastFolder = join(env["HOME"] ?? cwd, "last-folder");
  writeFileSync(lastFolder, cwd);
  const path = [dirname(mltBinary), process.env["PATH"] ?? ""].join(delimiter);
  const typed = `exec 2>&1\n${script}\npwd > '${lastFolder}'\n`;
  const bash = launch(["bash", "-euo", "pipefail", "-c", typed], { cwd, env: { ...env, PATH: path } });
  const timer = setTimeout(() => bash.child.kill("SIGKILL"), 120_000);
  const { exitCode, signal, stdout } = await bash.finished;
  clearTimeout(timer);
  if (exitCode !== 0) throw new Error(`${at} ended with ${exitCode ?? signal}:\n$ ${script}\n${stdout}`);
  return { printed: stdout, cwd: readFileSync(lastFolder, "utf8").trimEnd() };
}

/** Whatever the page replaces by "…" is taken from the page. */
function compared({ language, text }: NonNullable<Command["output"]>, printed: string) {
  if (language === "text") return { said: text, printed: matchesText(text, printed) ? text : printed };
  const said: unknown = JSON.parse(text);
  return { said, printed: withBlanks(said, JSON.parse(printed)) };
}

/** "…" is any text within a line; alone on a line, any lines. */
function matchesText(said: string, printed: string): boolean {
  const lines = said
    .trimEnd()
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\n)*?" : `${lineOf(line)}\n`));
  return new RegExp(`^${lines.join("")}$`).test(`${printed.trimEnd()}\n`);
}

function lineOf(said: string): string {
  return said.split("…").map(RegExp.escape).join(".*");
}

function withBlanks(said: unknown, printed: unknown): unknown {
  if (typeof said === "string" && said.includes("…"))
    return new RegExp(`^${lineOf(said)}$`).test(String(printed)) ? said : printed;
  if (Array.isArray(said) && Array.isArray(printed))
    return printed.map((item, index) => withBlanks(said[index], item));
  if (!isRecord(said) || !isRecord(printed)) return printed;
  return Object.fromEntries(
    Object.entries(printed).map(([key, value]) => [key, withBlanks(said[key], value)]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
