import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { onInterrupt } from "./on-interrupt.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a program said until it ended. */
export interface Said {
  /** 128 and the signal's number where one ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Environment;
  /** For its stdin, which is empty otherwise. */
  readonly input?: string | undefined;
  /** Ends it by SIGTERM, so that it can clean up. */
  readonly signal?: AbortSignal | undefined;
  /** How long it gets for that until SIGKILL: half a minute where it is left out. */
  readonly cleanUpMs?: number | undefined;
}

const standardMs = 30_000;
/** For what is still in its pipes. */
const drainMs = 500;

/** Runs the program without a terminal; a signal that ends mlt ends it too. Resolves with `undefined` where it is not on PATH. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env, input, signal, cleanUpMs = standardMs }: RunOptions,
): Promise<Said | undefined> {
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(program, args, { env: { ...env }, stdio: [stdin, "pipe", "pipe"] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let [isCalledOff, timer]: [boolean, NodeJS.Timeout | undefined] = [false, undefined];
  const end = () => {
    isCalledOff = true;
    child.kill("SIGTERM");
    timer ??= setTimeout(() => child.kill("SIGKILL"), cleanUpMs);
  };
  // Else a push would go on, and tag what was called off.
  const stopListening = onInterrupt(end);
  signal?.addEventListener("abort", end);
  child.stdout?.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on("data", (bytes: Buffer) => stderr.push(bytes));
  // One that ends without reading all of its input says itself why.
  child.stdin?.on("error", () => undefined).end(input);
  child.once("exit", () => {
    clearTimeout(timer);
    if (isCalledOff) timer = setTimeout(() => letGo(child), drainMs);
  });
  const said = new Promise<Said | undefined>((resolve, reject) => {
    child.once("error", (error) =>
      "code" in error && error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.once("close", (code, killed) => {
      resolve({
        exitCode: code ?? 128 + (killed === null ? 0 : constants.signals[killed]),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
  return await said.finally(() => {
    clearTimeout(timer);
    stopListening();
    signal?.removeEventListener("abort", end);
  });
}

/** A program that it started, such as one for credentials, may outlive it and keep its pipes open. */
function letGo({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

/** The line that says why it failed: most programs say that last. */
export function lastLine({ stdout, stderr, exitCode }: Said): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !/^(See|Run) '/.test(line)) ?? `exit code ${exitCode}`;
}
