import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface LineProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with each line of its stdout and stderr. */
  readonly onLine: (line: string) => void;
}

/** A program that runs and says lines. */
export interface LineProcess {
  /** Absent where it could not be started. */
  readonly pid: number | undefined;
  /**
   * Resolves after its last line: with its exit code, or with 128 and the signal's number where one ended it.
   * Rejects where it cannot be started.
   */
  readonly ended: Promise<number>;
  /** Asks it to end by SIGTERM, and ends it by SIGKILL where it has not after so long. Resolves when it has ended. */
  end(patienceMs: number): Promise<void>;
}

/** Starts a program that reads nothing. */
export function lineProcess({ command, env, onLine }: LineProcessOptions): LineProcess {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said = [child.stdout, child.stderr].map((stream) => eachLine(stream, onLine));
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      void Promise.all(said).then(() => resolve(exitCode));
    });
  });
  return {
    pid: child.pid,
    ended,
    async end(patienceMs) {
      const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      child.kill("SIGTERM");
      await ended.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream });
  lines.on("line", onLine);
  return new Promise((resolve) => lines.once("close", resolve));
}
