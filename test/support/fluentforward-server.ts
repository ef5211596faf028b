import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";

/** The program of test/tools/fluentforward: the forward receiver of the OpenTelemetry collector. */
export const fluentForwardTool = "mlt-test-fluentforward";

/** An event as the receiver has it. */
export interface ForwardEvent {
  readonly tag: string;
  readonly time_ms: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface FluentForwardServer extends AsyncDisposable {
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** All that it has taken since it was made, over all its starts. */
  events(): Promise<readonly ForwardEvent[]>;
}

/** A receiver on a port of its own, not yet started; it writes what it takes to a file in the folder. */
export async function fluentForwardServer(dir: string): Promise<FluentForwardServer> {
  const port = await freePort();
  const path = join(dir, "events.ndjson");
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    child = undefined;
  };
  return {
    port,
    async start() {
      const file = openSync(path, "a");
      child = spawn(fluentForwardTool, ["--port", String(port)], { stdio: ["ignore", file, "pipe"] });
      closeSync(file);
      const said = once(child.stderr ?? child, "data").then(String);
      if (!(await said).startsWith("listening")) throw new Error(await said);
    },
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async events() {
      const lines = (await readFile(path, "utf8")).split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
    },
    [Symbol.asyncDispose]: kill,
  };
}
