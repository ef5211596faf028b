import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";

/** The program of test/tools/fluentforward: the forward receiver of the OpenTelemetry collector. */
export const fluentForwardTool = "mlt-test-fluentforward";

/** An event as the receiver has it. */
export interface ForwardEvent {
  readonly tag: string;
  readonly time_ms: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface FluentForwardServer extends ServerProcess {
  readonly port: number;
  /** All that it has taken since it was made, over all its starts. */
  events(): Promise<readonly ForwardEvent[]>;
}

/** A receiver on a port of its own, not yet started; it writes what it takes to a file in the folder. */
export async function fluentForwardServer(dir: string): Promise<FluentForwardServer> {
  const port = await freePort();
  const output = join(dir, "events.ndjson");
  const command = [fluentForwardTool, "--port", String(port)];
  const server = serverProcess({ command, port, output });
  return {
    ...server,
    port,
    async kill() {
      await server.kill();
      // A line that the kill cut off is of an event that was not acknowledged.
      const bytes = await readFile(output);
      await truncate(output, bytes.lastIndexOf("\n") + 1);
    },
    async events() {
      const lines = (await readFile(output, "utf8")).split("\n");
      // The others say that it listens.
      return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    },
  };
}
