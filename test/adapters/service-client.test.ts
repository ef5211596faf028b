import { expect, test } from "bun:test";
import { once } from "node:events";
import { createServer } from "node:net";
import { listen } from "../../adapters/http-server.ts";
import { askService } from "../../adapters/service-client.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { freePort } from "../../ops/build/free-port.ts";

const ask = (url: string, timeoutMs = 5_000) => askService(new URL(url), { timeoutMs, verifies: true });
const failureOf = async (asked: Promise<unknown>) => {
  const failure = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(failure instanceof MltError)) throw new Error("expected an MltError", { cause: failure });
  expect(failure.exitCode).toBe(ExitCode.external);
  return failure.message;
};

test("askService() gives status and text of an answer, whatever the status is", async () => {
  const server = await listen(() => new Response("too much", { status: 503 }), {
    host: "127.0.0.1",
    port: 0,
  });
  expect(await ask(`${server.url}/readyz`)).toEqual({ status: 503, text: "too much" });
  await server.stop(0);
});

test("askService() gives up a service that takes the connection and says nothing", async () => {
  const silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(await failureOf(ask(`http://127.0.0.1:${port}/readyz`, 50))).toBe(
    `Cannot ask http://127.0.0.1:${port}: no answer within 0.05 seconds`,
  );
  silent.close();
});

test("askService() gives up an answer that does not end", async () => {
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("half")) });
  const server = await listen(() => new Response(body), { host: "127.0.0.1", port: 0 });
  expect(await failureOf(ask(server.url, 50))).toContain("no answer within 0.05 seconds");
  await server.stop(0);
});

test("askService() says that nothing listens, and of the address no more than its origin", async () => {
  const port = await freePort();
  expect(await failureOf(ask(`http://127.0.0.1:${port}/metrics?token=s3cret`))).toBe(
    `Cannot ask http://127.0.0.1:${port}: nothing listens there`,
  );
});
