import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { freePort } from "../../ops/build/free-port.ts";

/** The program of test/tools/opensearch: OpenSearch of its own jars, without its plugins. */
export const openSearchTool = "mlt-test-opensearch";

/** A node that answers on a port of 127.0.0.1. */
export interface OpenSearchServer extends AsyncDisposable {
  readonly url: string;
  /** The answer to a request, whatever its status. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Starts a node with its files in a folder, and resolves once it answers. */
export async function startOpenSearch(dir: string): Promise<OpenSearchServer> {
  const port = await freePort();
  mkdirSync(join(dir, "config"), { recursive: true });
  const child = Bun.spawn([openSearchTool, dir, String(port)], { stdout: "pipe", stderr: "ignore" });
  const lines: string[] = [];
  for await (const line of createInterface(Readable.fromWeb(child.stdout))) {
    lines.push(line);
    if (line === "ready") break;
  }
  if (lines.at(-1) !== "ready") throw new Error(`OpenSearch ended: ${lines.slice(-20).join("\n")}`);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async ask(method, path, body) {
      const isLines = typeof body === "string";
      const type = isLines ? "application/x-ndjson" : "application/json";
      const answer = await fetch(url + path, {
        method,
        ...(body === undefined
          ? {}
          : { body: isLines ? body : JSON.stringify(body), headers: { "content-type": type } }),
      });
      return await answer.json();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
