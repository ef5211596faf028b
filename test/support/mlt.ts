import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { executablePath } from "./tools.ts";

const root = resolve(import.meta.dirname, "../..");

/** The compiled binary, as a user runs it; `npm test` and `bun run build` make it. */
export const mltBinary = join(root, "dist/mlt");

export interface MltOptions {
  readonly cwd: string;
  /** Beside a PATH, a HOME and a log format of its own; nothing else of this environment reaches it. */
  readonly env?: Readonly<Record<string, string>>;
  /** `deno` runs the source on Deno instead of the binary. */
  readonly runtime?: "binary" | "deno";
}

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export async function mlt(args: readonly string[], options: MltOptions): Promise<Finished> {
  const started = startMlt(args, options);
  return await started.finished;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves with the text so far once stderr holds `pattern`; rejects when the command ends without it. */
  saw(pattern: RegExp): Promise<string>;
}

/** Starts a command that goes on until it is told to end, such as `serve`. */
export function startMlt(args: readonly string[], options: MltOptions): Started {
  const program = options.runtime === "deno" ? denoCommand() : [mltBinary];
  return launch([...program, ...args], options);
}

/** Starts any program as `startMlt` starts mlt: for one that starts mlt in its turn. */
export function launch(
  [program = "", ...args]: readonly string[],
  { cwd, env = {} }: Omit<MltOptions, "runtime">,
): Started {
  const base = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["MLT_TEST_HOME"] ?? cwd,
    // What a person sees on a terminal; a test of the JSON lines sets another.
    MLT_SERVE__LOG_FORMAT: "pretty",
  };
  const child = spawn(program, args, { cwd, env: { ...base, ...env } });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const watch of watchers) watch();
  });
  const finished = new Promise<Finished>((done, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode, signal) => done({ exitCode, signal, stdout, stderr }));
  });
  const saw = (pattern: RegExp) =>
    new Promise<string>((found, fail) => {
      const watch = () => {
        if (pattern.test(stderr)) found(stderr);
      };
      watchers.add(watch);
      watch();
      finished.then(() => fail(new Error(`mlt ended without saying ${pattern}:\n${stderr}`)), fail);
    });
  return { child, finished, saw };
}

/**
 * A running `mlt serve` on a free port, of one worker unless the arguments say how many; it is stopped when the block
 * that it was made in ends.
 */
export async function serveMlt(options: MltOptions, args: readonly string[] = []) {
  const workers = args.includes("--workers") ? [] : ["--workers", "1"];
  const started = startMlt(["serve", "--port", "0", ...workers, ...args], options);
  // As text, or as a line of JSON.
  const address = /(?:POST |"url":")(https?:\/\/[^\s"]+?)(?:\/api\/predictions|")/;
  const url = address.exec(await started.saw(address))?.[1] ?? "";
  return {
    ...started,
    url,
    async [Symbol.asyncDispose]() {
      started.child.kill("SIGTERM");
      await started.finished;
    },
  };
}

function denoCommand(): string[] {
  const deno = executablePath("deno");
  if (deno === undefined) throw new Error("deno is not installed");
  return [deno, "run", "-A", "--no-lock", join(root, "cli/mlt.ts")];
}
