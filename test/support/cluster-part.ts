import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A running program of a cluster. */
export interface ClusterPart {
  /** Resolves once the condition holds; rejects, with the end of what it printed, when it ends before or in a minute. */
  until(holds: () => Promise<boolean>): Promise<void>;
  /** Stops it where it is: connections stay open and are not answered. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** Ends it by SIGKILL, and resolves when it has ended. */
  kill(): Promise<void>;
}

/** Starts a program in a folder that it prints to. It ends with this process, however this one ends. */
export function startPart(dir: string, command: readonly string[]): ClusterPart {
  const log = join(dir, `${command[0]}.log`);
  const output = openSync(log, "a");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
    cwd: dir,
    // Neither settings of whoever runs the tests, nor a configuration of kwok in a home folder.
    env: { PATH: process.env["PATH"], HOME: dir },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let failed: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      failed = error;
      resolve();
    });
  });
  const runs = () => failed === undefined && child.exitCode === null && child.signalCode === null;
  return {
    async until(holds) {
      const deadline = performance.now() + 60_000;
      while (!(await holds().catch(isNetworkError))) {
        if (!runs() || performance.now() > deadline) {
          const said = readFileSync(log, "utf8").slice(-3_000);
          throw new Error(`${command[0]} ${runs() ? "is not ready" : "ended"}:\n${said}`, { cause: failed });
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async kill() {
      if (runs()) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Nobody takes the connection yet. */
function isNetworkError(error: unknown): boolean {
  if (error instanceof Error && "code" in error) return false;
  throw error;
}
