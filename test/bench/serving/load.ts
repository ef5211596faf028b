import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./iris.ts";
import type { Server } from "./server.ts";

/** What one run of wrk measured. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly rowsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Time that the server spent on a core for one request. */
  readonly cpuMicroseconds: number;
}

export interface LoadOptions {
  readonly rows: readonly Row[];
  /** Every hundredth request sends these instead. */
  readonly hundredth?: readonly Row[];
  readonly connections: number;
  readonly seconds: number;
  /** Where bodies are written to. */
  readonly dir: string;
}

interface WrkResult {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly failedConnections: number;
  readonly refusals: number;
  readonly timeouts: number;
}

/**
 * Sends the same request over and over: a connection sends its next one when it has its answer.
 *
 * @throws {Error} when one answer is an error, late by 30 s, or missing
 */
export async function load(server: Server, options: LoadOptions): Promise<Load> {
  const { rows, hundredth, connections, seconds, dir } = options;
  const body = bodyFile(dir, server.contender.body(rows));
  const other = hundredth === undefined ? [] : [bodyFile(dir, server.contender.body(hundredth))];
  const before = server.usage();
  const result = await wrk([
    ...["--threads", "1", "--connections", `${connections}`, "--duration", `${seconds}s`, "--timeout", "30s"],
    ...["--script", join(import.meta.dirname, "post.lua"), server.url, "--", body, ...other],
  ]);
  const cpuSeconds = server.usage().cpuSeconds - before.cpuSeconds;
  const failures = result.failedConnections + result.refusals + result.timeouts;
  if (failures > 0 || result.requests === 0) {
    throw new Error(`${server.contender.name} failed under load: ${JSON.stringify(result)}`);
  }
  // wrk leaves without the last answers; the next measurement shall not compete with them.
  await server.ask(rows);
  const requestsPerSecond = result.requests / (result.microseconds / 1e6);
  return {
    requests: result.requests,
    requestsPerSecond,
    rowsPerSecond: requestsPerSecond * rows.length,
    p50Ms: result.p50 / 1000,
    p99Ms: result.p99 / 1000,
    cpuMicroseconds: (cpuSeconds * 1e6) / result.requests,
  };
}

function bodyFile(dir: string, body: string): string {
  const path = join(dir, `body-${Bun.hash(body)}.json`);
  writeFileSync(path, body);
  return path;
}

async function wrk(args: readonly string[]): Promise<WrkResult> {
  const child = spawn("wrk", args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (status !== 0 || !last.startsWith("{")) throw new Error(`wrk failed: ${stderr}${stdout}`);
  return JSON.parse(last);
}
