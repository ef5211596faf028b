import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { filesAreAtMost, openFiles, residentBytes } from "../support/process-use.ts";
import { type TestProject, trainedProject } from "../support/project.ts";
import { type RawAnswer, rawAnswer } from "../support/raw-answer.ts";
import { openSocket } from "../support/raw-http.ts";

// Clients that are slow, broken or hostile below the body, against the binary.

setDefaultTimeout(60_000);

let project: TestProject;
let service: Awaited<ReturnType<TestProject["serve"]>>;
let port = 0;
const pid = () => service.child.pid ?? 0;
beforeAll(async () => {
  project = await trainedProject();
  service = await project.serve(["--workers", "1"], { MLT_SERVE__BODY_TIMEOUT: "0.5" });
  port = Number(new URL(service.url).port);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const good = '[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]';
const post = "POST /api/predictions HTTP/1.1\r\nHost: ml\r\nContent-Type: application/json\r\n";
const size = good.length.toString(16);
const inOneChunk = `${size}\r\n${good}\r\n0\r\n\r\n`;
const smuggled = "GET /s3cret HTTP/1.1\r\nHost: ml\r\n\r\n";

async function expectAnswered(): Promise<void> {
  const answer = await rawAnswer(port, `${post}Content-Length: ${good.length}\r\n\r\n${good}`);
  expect([answer.status, answer.body]).toEqual([200, '[{"class_name":"setosa"}]']);
}

function expectProblem({ status, head, body }: RawAnswer, expected: number, detail: string): void {
  expect([status, JSON.parse(body)]).toMatchObject([expected, { status: expected, detail }]);
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
  expect(head.toLowerCase()).toContain("connection: close");
}

/** Resolves when the service has as many files open as before, or fewer. */
function filesAre(before: number): Promise<void> {
  const live = "GET /livez HTTP/1.1\r\nHost: ml\r\nConnection: close\r\n\r\n";
  return filesAreAtMost(pid(), before, () => rawAnswer(port, live));
}

const late = "The body did not arrive within 0.5 seconds";

test("a client that sends a byte at a time gets 408 after body_timeout, and nobody waits for it", async () => {
  const socket = await openSocket(port);
  socket.write(`${post}Content-Length: ${good.length}\r\n\r\n`);
  let at = 0;
  const drip = setInterval(() => socket.write(good[at++ % 5] ?? ""), 100);
  await expectAnswered();
  const text = await socket.ended();
  clearInterval(drip);
  expect(text).toStartWith("HTTP/1.1 408 ");
  expect(text).toContain(late);
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  await expectAnswered();
});

test.each([
  ["declared", `${post}Content-Length: 100\r\n\r\n[{"s3cret":`],
  ["in chunks", `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n[{"s3\r\n`],
  ["in a chunk that is cut off", `${post}Transfer-Encoding: chunked\r\n\r\nfffff\r\n[{"s3`],
  ["of which nothing comes", `${post}Content-Length: 100\r\n\r\n`],
])("a body %s that never comes to its end gets 408", async (_, bytes) => {
  expectProblem(await rawAnswer(port, bytes), 408, late);
  await expectAnswered();
});

test("hundreds of clients that stop anywhere hinder nobody, and are forgotten when they go", async () => {
  const before = openFiles(pid());
  const starts = ["", "G", "GET /ping HTTP/1.1\r\nHo", post, `${post}Content-Length: 100\r\n\r\n[`];
  const sockets = await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const socket = await openSocket(port);
      socket.write(starts[index % starts.length] ?? "");
      return socket;
    }),
  );
  for (let index = 0; index < 20; index++) await expectAnswered();
  for (const socket of sockets) socket.end();
  await filesAre(before);
});

const tooLong = "The body is longer than 10485760 bytes; send the rows in several requests";

test("a body of a declared hundred megabytes gets 413, and passes unread to the next request", async () => {
  const before = residentBytes(pid());
  const socket = await openSocket(port);
  socket.write(`${post}Content-Length: 100000000\r\n\r\n`);
  for (let megabyte = 0; megabyte < 100; megabyte++) socket.write("[".repeat(1_000_000));
  socket.write(`${post}Connection: close\r\nContent-Length: ${good.length}\r\n\r\n${good}`);
  const text = await socket.ended();
  expect(text).toStartWith("HTTP/1.1 413 ");
  expect(text).toContain(tooLong);
  expect(text).toEndWith('[{"class_name":"setosa"}]');
  expect(residentBytes(pid()) - before).toBeLessThan(50_000_000);
});

test("a body of a declared terabyte gets 413 before any of it has come, and is not waited for", async () => {
  expectProblem(await rawAnswer(port, `${post}Content-Length: 1000000000000\r\n\r\n`), 413, tooLong);
  await expectAnswered();
});

test("a body in chunks gets 413 when it is over the limit", async () => {
  const chunks = `100000\r\n${"[".repeat(2 ** 20)}\r\n`.repeat(10);
  const answer = await rawAnswer(port, `${post}Transfer-Encoding: chunked\r\n\r\n${chunks}1\r\n[\r\n`);
  expectProblem(answer, 413, tooLong);
  await expectAnswered();
});

test("a body of a thousand megabytes in chunks is read no further than the limit", async () => {
  let megabytes = 0;
  const sent = function* () {
    yield `${post}Transfer-Encoding: chunked\r\n\r\n`;
    const chunk = `100000\r\n${"[".repeat(2 ** 20)}\r\n`;
    for (; megabytes < 1_000; megabytes++) yield chunk;
  };
  const before = residentBytes(pid());
  // Who writes on while the server closes may lose the answer with the connection.
  await rawAnswer(port, sent());
  expect(megabytes).toBeLessThan(100);
  expect(residentBytes(pid()) - before).toBeLessThan(100_000_000);
  await expectAnswered();
});

test.each([
  [
    "Content-Length and Transfer-Encoding",
    `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${inOneChunk}`,
  ],
  [
    "Transfer-Encoding and Content-Length",
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${inOneChunk}`,
  ],
  ["two lengths that differ", `${post}Content-Length: ${good.length}\r\nContent-Length: 3\r\n\r\n${good}`],
  ["a list of lengths", `${post}Content-Length: ${good.length}, ${good.length}\r\n\r\n${good}`],
  ["a negative length", `${post}Content-Length: -1\r\n\r\n${good}`],
  ["a length with a sign", `${post}Content-Length: +${good.length}\r\n\r\n${good}`],
  ["a length of hexadecimal digits", `${post}Content-Length: 0x4d\r\n\r\n${good}`],
  ["a length beyond 64 bits", `${post}Content-Length: 99999999999999999999999\r\n\r\n${good}`],
  ["an encoding that is none", `${post}Transfer-Encoding: xchunked\r\n\r\n${inOneChunk}`],
  ["two encodings", `${post}Transfer-Encoding: gzip, chunked\r\n\r\n${inOneChunk}`],
  ["chunked not at the end", `${post}Transfer-Encoding: chunked, identity\r\n\r\n${inOneChunk}`],
  ["a control character before chunked", `${post}Transfer-Encoding: \vchunked\r\n\r\n${inOneChunk}`],
  ["a blank before a colon", `${post}Transfer-Encoding : chunked\r\n\r\n${inOneChunk}`],
  ["a size of a chunk that is none", `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n${good}\r\n0\r\n\r\n`],
  ["a negative chunk", `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\n${good}\r\n0\r\n\r\n`],
  ["a chunk beyond 64 bits", `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n${good}`],
  ["a header on two lines", "GET /ping HTTP/1.1\r\nHost: ml\r\nX-A: b\r\n c\r\n\r\n"],
  ["NUL in a header", "GET /ping HTTP/1.1\r\nHost: ml\r\nX-A: \0\r\n\r\n"],
  ["no Host", "GET /ping HTTP/1.1\r\n\r\n"],
  ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
])("a request with %s gets 400, and what follows it no answer", async (_, bytes) => {
  const { status, statusLines } = await rawAnswer(port, `${bytes}${smuggled}`);
  expect([status, statusLines.length]).toEqual([400, 1]);
  await expectAnswered();
});

test.each([
  ["a thousand headers", Array.from({ length: 1_000 }, (_, index) => `X-${index}: a\r\n`).join("")],
  ["a header of ten megabytes", `X-A: ${"a".repeat(10_000_000)}\r\n`],
])("a request with %s gets 431, and the next is answered", async (_, headers) => {
  expect(await rawAnswer(port, `GET /ping HTTP/1.1\r\nHost: ml\r\n${headers}\r\n`)).toMatchObject({
    status: 431,
  });
  await expectAnswered();
});

test("a body that is cut off with its connection is counted as a 400 that nobody reads", async () => {
  const count = async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(
      /^mlt_request_total\{route="\/api\/predictions",status="400"\} (\d+)$/m.exec(text)?.[1] ?? 0,
    );
  };
  const before = await count();
  for (const bytes of [
    `${post}Content-Length: 100\r\n\r\n[{"s3cret`,
    `${post}Transfer-Encoding: chunked\r\n\r\n9\r\n[{"s3cret\r\n`,
  ]) {
    const socket = await openSocket(port);
    socket.write(bytes);
    socket.end();
  }
  while ((await count()) < before + 2);
  expect(await count()).toBe(before + 2);
  await expectAnswered();
});

test("thousands of paths, methods and request ids make no new series of metrics", async () => {
  const series = async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return text.split("\n").map((line) => line.replace(/ \S+$/, ""));
  };
  await Promise.all(["/s3cret", "/v2/models/s3cret"].map((path) => fetch(`${service.url}${path}`)));
  const before = await series();
  for (let index = 0; index < 3_000; index += 50) {
    const answers = Array.from({ length: 50 }, async (_, more) => {
      const path = `${["/", "/api/", "/v2/models/", "/docs/assets/"][more % 4]}s3cret-${index + more}?s3cret=${more}`;
      const { status } = await fetch(`${service.url}${path}`, {
        headers: { "x-request-id": `id-${more}` },
      });
      return status;
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set([404]));
  }
  expect(await series()).toEqual(before);
  expect(before.join("\n")).not.toContain("s3cret");
});

test("after all of it nothing that was sent is on stderr", async () => {
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  expect(stderr.match(/.*s3cret.*/g)).toBeNull();
});
