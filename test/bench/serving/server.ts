import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../ops/build/free-port.ts";
import type { Command, Contender } from "./contender.ts";
import type { Row } from "./iris.ts";
import { processTree, type Usage, usage } from "./processes.ts";

/** A contender that runs. It ends, with all that it started, when the block that it was made in ends. */
export interface Server extends AsyncDisposable {
  readonly contender: Contender;
  readonly url: string;
  /** From its start to its first answer. */
  readonly firstPredictionMs: number;
  usage(): Usage;
  /** Ends all of its processes at once, with no time for anything. */
  kill(): void;
  /**
   * The text of its answer.
   *
   * @throws {Error} when the status is another than 200
   */
  ask(rows: readonly Row[]): Promise<string>;
}

/** Starts a contender and waits for its first answer. Its output goes to a file in `dir`. */
export async function startServer(contender: Contender, rows: readonly Row[], dir: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${contender.path}`;
  const log = join(dir, `server-${port}.log`);
  const commands = await contender.commands(port);
  const started = performance.now();
  const children = commands.map((command) => launch(command, log));
  const pids = children.flatMap(({ pid }) => pid ?? []);
  const server: Omit<Server, "firstPredictionMs"> = {
    contender,
    url,
    usage: () => usage(pids),
    kill: () => kill(processTree(pids).map(({ pid }) => pid)),
    async ask(asked) {
      const answer = await post(url, contender.body(asked));
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${contender.name}: ${answer.status} ${text}`);
      return text;
    },
    [Symbol.asyncDispose]: () => end(children, pids),
  };
  try {
    await firstAnswer(url, contender.body(rows), started);
  } catch (cause) {
    await end(children, pids);
    throw new Error(`${contender.name}: ${readFileSync(log, "utf8").slice(-2000)}`, { cause });
  }
  return { ...server, firstPredictionMs: performance.now() - started };
}

function launch({ program, args, env = {}, cwd }: Command, log: string): ChildProcess {
  const output = openSync(log, "a");
  try {
    return spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
}

async function firstAnswer(url: string, body: string, started: number): Promise<void> {
  for (;;) {
    const answer = await post(url, body).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    if (answer?.status === 200) return;
    if (performance.now() - started > 60_000) throw new Error(`No answer within 60 s, at last: ${text}`);
    await new Promise((wait) => setTimeout(wait, 2));
  }
}

function post(url: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(30_000) });
}

async function end(children: readonly ChildProcess[], pids: readonly number[]): Promise<void> {
  const tree = processTree(pids);
  const ended = Promise.all(
    children.map((child) =>
      child.exitCode === null && child.signalCode === null
        ? new Promise((resolveEnd) => child.once("exit", resolveEnd))
        : undefined,
    ),
  );
  for (const child of children) child.kill("SIGTERM");
  const late = setTimeout(() => kill(tree.map(({ pid }) => pid)), 5000);
  await ended;
  clearTimeout(late);
  // Children may outlive the process that started them.
  const left = new Set(processTree(tree.map(({ pid }) => pid)).map(({ pid }) => pid));
  kill([...left]);
}

/** Ends all processes that this one started, and what they started, at once: for a benchmark that is interrupted. */
export function killDescendants(): void {
  kill(processTree([process.pid]).flatMap(({ pid }) => (pid === process.pid ? [] : pid)));
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It ended meanwhile.
      if (!(error instanceof Error)) throw error;
    }
  }
}
