import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { ExitCode, MltError } from "../../core/errors.ts";
import { eachLine } from "./each-line.ts";

export interface GroupProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with each line; those of stdout and of stderr may come in another order than they were written in. */
  readonly onLine: (line: string, from: "stdout" | "stderr") => void;
  /** Called, where a signal ends mlt, when the program has ended: removes what it was working on. */
  readonly cleanUp: () => void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How long it may clean up when a signal ends mlt. */
const cleanUpMs = 3_000;
/** How long what it said is still read when it has ended: a daemon that left its group holds the pipes for ever. */
const lastWordsMs = 1_000;

/**
 * Runs a program that reads nothing to its end, in a process group of its own: a signal that ends mlt ends the program
 * first, with all that it started.
 *
 * @returns its exit code: 128 and the signal's number where one ended it
 * @throws {MltError} external: when it cannot be started
 */
export async function groupProcess(options: GroupProcessOptions): Promise<number> {
  const { command, cwd, env, onLine, cleanUp } = options;
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = (["stdout", "stderr"] as const).map((from) =>
    eachLine(child[from], (line) => onLine(line, from)),
  );
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause) => reject(notStarted(program, cause)));
    child.once("exit", (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      signalGroup(child, "SIGKILL");
      const timer = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
      }, lastWordsMs);
      void Promise.all(said).then(() => {
        clearTimeout(timer);
        resolve(exitCode);
      });
    });
  });
  const interruption = handOnSignals(child);
  try {
    const exitCode = await ended;
    const signal = interruption.signal();
    if (signal === undefined) return exitCode;
    cleanUp();
    interruption.stop();
    process.kill(process.pid, signal);
    // Nobody is to learn that the program has failed: mlt ends.
    return await new Promise<never>(() => undefined);
  } finally {
    interruption.stop();
  }
}

/** Takes the signals that end mlt, and ends the program's group by them; at once by the second. */
function handOnSignals(child: ChildProcess) {
  let first: NodeJS.Signals | undefined;
  let timer: NodeJS.Timeout | undefined;
  const interrupted = (signal: NodeJS.Signals) => {
    signalGroup(child, first === undefined ? "SIGTERM" : "SIGKILL");
    first ??= signal;
    timer ??= setTimeout(() => signalGroup(child, "SIGKILL"), cleanUpMs);
  };
  for (const signal of signals) process.on(signal, interrupted);
  return {
    /** The one that is to end mlt. */
    signal: () => first,
    stop: () => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, interrupted);
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (cause) {
    // All of it has ended already, which macOS calls EPERM until the parents have asked.
    if (!(cause instanceof Error && "code" in cause && /^(?:ESRCH|EPERM)$/.test(String(cause.code))))
      throw cause;
  }
}

function notStarted(program: string, cause: Error): MltError {
  return new MltError(`Cannot start "${program}": ${cause.message}`, {
    hint: "Check that it is a program that may be run here.",
    exitCode: ExitCode.external,
    cause,
  });
}
