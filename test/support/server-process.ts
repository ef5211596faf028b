import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

/** A program that listens on a port of 127.0.0.1, and that a test treats badly. */
export interface ServerProcess extends AsyncDisposable {
  /** Starts it, and resolves once it takes connections. */
  start(): Promise<void>;
  /** Ends it by SIGKILL, and resolves when it has ended; it may be started again. */
  kill(): Promise<void>;
  /** Stops it where it is: connections stay open and are not answered. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
}

export interface ServerProgram {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** That it is known to listen on. */
  readonly port: number;
  /** File that all that it prints is appended to. */
  readonly output: string;
}

/** A server that does not run yet. */
export function serverProcess({ command, port, output }: ServerProgram): ServerProcess {
  let child: ChildProcess | undefined;
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGKILL");
    await ended;
  };
  return {
    async start() {
      const file = openSync(output, "a");
      const [program = "", ...args] = command;
      const started = spawn(program, args, { stdio: ["ignore", file, file] });
      closeSync(file);
      child = started;
      while (!(await takesConnections(port))) {
        if (started.exitCode !== null) throw new Error(`${program} ended with code ${started.exitCode}`);
      }
    },
    kill,
    freeze() {
      child?.kill("SIGSTOP");
      if (child?.pid !== undefined) waitUntilStopped(child.pid);
    },
    thaw: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: kill,
  };
}

/** The signal has been sent when `kill` returns; until every thread has stopped, it may still answer. */
function waitUntilStopped(pid: number): void {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return;
  const state = (thread: string) => readFileSync(join(threads, thread, "stat"), "utf8");
  while (!readdirSync(threads).every((thread) => /\) [Tt] /.test(state(thread))));
}

function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
  }).then((answer) => {
    socket.destroy();
    return answer === true;
  });
}
