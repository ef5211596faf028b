import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Listening, listen } from "../../../adapters/http-server.ts";
import { openSocket } from "../../support/raw-http.ts";
import { goodRow, type TestService, testService } from "../../support/test-service.ts";

// The service behind a real server, spoken to in bytes: what an HTTP client would not let through.

let service: TestService;
let server: Listening;
beforeAll(async () => {
  service = testService();
  server = await listen(service.fetch, { host: "127.0.0.1", port: 0 });
});
afterAll(() => server.stop(1000));

const good = JSON.stringify([goodRow]);
const head = "POST /api/predictions HTTP/1.1\r\nHost: ml\r\nContent-Type: application/json\r\n";

async function answerTo(bytes: string, end: string): Promise<string> {
  const socket = await openSocket(server.port);
  socket.write(bytes);
  const text = await socket.received(end);
  socket.end();
  return text;
}

test.each(["ml", "a", "127.0.0.1:5000", "api.example.org"])(
  "the service answers under the host name %s",
  async (host) => {
    expect(await answerTo(`GET /ping HTTP/1.1\r\nHost: ${host}\r\n\r\n`, "pong")).toStartWith(
      "HTTP/1.1 200 OK\r\n",
    );
  },
);

test("the service answers HTTP/1.0 without a Host header", async () => {
  const text = await answerTo("GET /readyz HTTP/1.0\r\n\r\n", "ready");
  expect(text).toStartWith("HTTP/1.1 200 OK\r\n");
});

test("the service answers a body in chunks", async () => {
  const size = good.length.toString(16);
  const text = await answerTo(
    `${head}Transfer-Encoding: chunked\r\n\r\n${size}\r\n${good}\r\n0\r\n\r\n`,
    "setosa",
  );
  expect(text).toStartWith("HTTP/1.1 200 OK\r\n");
});

test("the service refuses chunks over the limit before the last has come", async () => {
  const chunk = `1f4\r\n${" ".repeat(500)}\r\n`;
  const text = await answerTo(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`, "}");
  expect(text).toStartWith("HTTP/1.1 413 ");
  expect(text).toContain('"detail":"The body is longer than 1000 bytes; send the rows in several requests"');
  expect(text.toLowerCase()).toContain("connection: close\r\n");
});

test("the service refuses a Content-Length over the limit before the body has come", async () => {
  const text = await answerTo(`${head}Content-Length: 99999999999\r\n\r\n[`, "}");
  expect(text).toStartWith("HTTP/1.1 413 ");
  expect(text).toContain('"title":"Content Too Large"');
});

test.each([
  ["a declared body", `${head}Content-Length: 100\r\n\r\n[{"sepal`],
  ["a body in chunks", `${head}Transfer-Encoding: chunked\r\n\r\n9\r\n[{"sepal_\r\n`],
])("the service notes a client that goes away in %s as a 400, not as a bug", async (_, bytes) => {
  const answered = Promise.withResolvers<{ readonly status: number; readonly error?: unknown }>();
  const begun = Promise.withResolvers<void>();
  const watched = testService({ onRequest: answered.resolve });
  const own = await listen(
    (request) => {
      begun.resolve();
      return watched.fetch(request);
    },
    { host: "127.0.0.1", port: 0 },
  );
  const socket = await openSocket(own.port);
  socket.write(bytes);
  await begun.promise;
  socket.end();
  const entry = await answered.promise;
  expect(entry.status).toBe(400);
  expect(entry.error).toBeUndefined();
  await own.stop(1000);
});

test("a refused body leaves the connection usable for the next request", async () => {
  const socket = await openSocket(server.port);
  socket.write(`${head}Content-Length: 1\r\n\r\n{`);
  expect(await socket.received('"status":400')).toStartWith("HTTP/1.1 400 ");
  socket.write(`${head}Content-Length: ${good.length}\r\n\r\n${good}`);
  expect(await socket.received("setosa")).toContain("HTTP/1.1 200 OK\r\n");
  socket.end();
});

test("two requests sent at once are answered in order", async () => {
  const ping = "GET /ping HTTP/1.1\r\nHost: ml\r\nX-Request-Id: ";
  const text = await answerTo(`${ping}first\r\n\r\n${ping}second\r\n\r\n`, "second");
  expect(text.indexOf("first")).toBeLessThan(text.indexOf("second"));
});

test("HEAD has the length of the body and no body", async () => {
  const text = await answerTo("HEAD /ping HTTP/1.1\r\nHost: ml\r\n\r\n", "\r\n\r\n");
  expect(text).toStartWith("HTTP/1.1 200 OK\r\n");
  expect(text.toLowerCase()).toContain("content-length: 15\r\n");
  expect(text).toEndWith("\r\n\r\n");
});

test.each(["PROPFIND", "TRACE"])("the service answers the method %s with 405", async (method) => {
  const text = await answerTo(`${method} /ping HTTP/1.1\r\nHost: ml\r\n\r\n`, "}");
  expect(text).toStartWith("HTTP/1.1 405 ");
  expect(text.toLowerCase()).toContain("allow: get, head, options\r\n");
});
