import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readUrl, type UrlOptions } from "../../../adapters/data-source/read-url.ts";
import { ExitCode } from "../../../core/errors.ts";
import { testAuthority } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const csv = 'x,name\n1,"a,\nb"\n2.5,c\n';
const send =
  (body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): Answer =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

const answers: Readonly<Record<string, Answer>> = {
  "/data.csv": send(csv),
  "/data.csv.gz": send(gzipSync(csv), { "content-type": "application/gzip" }),
  "/encoded": send(gzipSync(csv), { "content-type": "text/csv; charset=utf-8", "content-encoding": "gzip" }),
  "/lines": send('{"x":1}\n{"x":2}\n', { "content-type": "application/x-ndjson" }),
  "/page": send("<p>Log in</p>", { "content-type": "text/html" }),
  "/moved.csv": send("", { location: "/data.csv" }, 302),
  "/circle.csv": send("", { location: "/circle.csv" }, 302),
  "/elsewhere.csv": send("", { location: "file:///etc/passwd" }, 302),
  "/login.csv": send("<p>Log in</p>", { "content-type": "text/html; charset=utf-8" }),
  "/bomb.csv.gz": send(gzipSync(`x\n${"1\n".repeat(1_000_000)}`)),
  "/missing.csv": send("no", {}, 404),
  "/silent.csv": () => undefined,
  "/stalled.csv": (response) => {
    response.writeHead(200);
    response.write("x\n1\n");
  },
  "/private.csv": (response, { headers }) =>
    send(csv, {}, headers.authorization === "Bearer t0ken" ? 200 : 401)(response, {} as IncomingMessage),
  "/user.csv": (response, { headers }) =>
    send(
      csv,
      {},
      headers.authorization === `Basic ${btoa("me:pa:ss")}` ? 200 : 401,
    )(response, {} as IncomingMessage),
  "/endless.csv": (response) => endless(response, "x,name\n", '1,"a\nb"\n'),
  "/endless.ndjson": (response) => endless(response, "", '{"x":"\\""}\n'),
};

function endless(response: ServerResponse, head: string, line: string): void {
  response.writeHead(200);
  response.write(head);
  let open = true;
  response.on("close", () => {
    open = false;
  });
  const more = () => {
    if (open) response.write(line.repeat(1000), more);
  };
  more();
}

let server: Server;
let url: (path: string) => string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? "/", "http://x").pathname];
    if (answer === undefined) throw new Error(`No answer for ${request.url}`);
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  url = (path) => `http://127.0.0.1:${port}${path}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const rows = [
  { x: 1, name: "a,\nb" },
  { x: 2.5, name: "c" },
];

test("readUrl() reads a file by the ending of its address, or by what the server says it is", async () => {
  for (const path of ["/data.csv", "/data.csv?token=1", "/data.csv.gz", "/encoded", "/moved.csv"]) {
    expect((await readUrl(url(path))).toRecords()).toEqual(rows);
  }
  expect((await readUrl(url("/lines"))).toRecords()).toEqual([{ x: 1 }, { x: 2 }]);
});

test("readUrl() takes the options of readCsv, and another format than the ending says", async () => {
  expect((await readUrl(url("/data.csv"), { columns: ["name"], nRows: 1 })).toRecords()).toEqual([
    { name: "a,\nb" },
  ]);
  expect((await failure(() => readUrl(url("/data.csv"), { format: "ndjson" }))).message).toStartWith(
    `Cannot read "${url("/data.csv")}" as NDJSON: `,
  );
});

test("readUrl() ends the transfer when it has the rows that are wanted", async () => {
  const frame = await readUrl(url("/endless.csv"), { nRows: 5 });
  expect(frame.toRecords()).toEqual(Array.from({ length: 5 }, () => ({ x: 1, name: "a\nb" })));
  expect((await readUrl(url("/endless.ndjson"), { nRows: 3 })).height).toBe(3);
});

test("readUrl() stops a file that is larger than maxBytes", async () => {
  const error = await failure(() => readUrl(url("/endless.csv"), { maxBytes: 100_000 }));
  expect(error.message).toBe(`"${url("/endless.csv")}" is larger than 100000 bytes`);
  expect(error.exitCode).toBe(ExitCode.external);
  // 2,000,002 bytes of 2 kB.
  const bomb = await failure(() => readUrl(url("/bomb.csv.gz"), { maxBytes: 100_000 }));
  expect(bomb.message).toBe(`"${url("/bomb.csv.gz")}" is larger than 100000 bytes, unpacked`);
  expect(bomb.exitCode).toBe(ExitCode.external);
  expect((await readUrl(url("/bomb.csv.gz"), { maxBytes: 2_000_002 })).height).toBe(1_000_000);
});

test("readUrl() refuses what is no bound, no format and no header", async () => {
  const messageOf = async (options: UrlOptions) =>
    (await failure(() => readUrl(url("/data.csv"), options))).message;
  expect(await messageOf({ timeoutMs: 0 })).toBe("timeoutMs is 0, and has to be a number above 0");
  expect(await messageOf({ maxBytes: Number.NaN })).toBe("maxBytes is NaN, and has to be a number above 0");
  expect(await messageOf(JSON.parse('{ "format": "xlsx" }'))).toBe('readUrl has no format "xlsx"');
  for (const value of [process.env["MLT_TEST_UNSET"], `Bearer ${process.env["MLT_TEST_UNSET"]}`]) {
    expect(await messageOf({ headers: Object.fromEntries([["Authorization", value ?? ""]]) })).toBe(
      "The header authorization of readUrl has no value",
    );
  }
  expect((await readUrl(url("/data.csv"), { timeoutMs: 1e12 })).height).toBe(2);
});

test("readUrl() waits no longer than timeoutMs for the next bytes", async () => {
  for (const path of ["/silent.csv", "/stalled.csv"]) {
    const error = await failure(() => readUrl(url(path), { timeoutMs: 200 }));
    expect(error.message).toBe(`Cannot fetch "${url(path)}": no answer within 0.2 s`);
    expect(error.exitCode).toBe(ExitCode.external);
  }
});

test("readUrl() sends headers and a user, whose secrets the environment holds", async () => {
  process.env["MLT_TEST_TOKEN"] = "t0ken";
  process.env["MLT_TEST_USER"] = "pa:ss";
  const headers = { Authorization: `Bearer ${process.env["MLT_TEST_TOKEN"]}` };
  expect((await readUrl(url("/private.csv"), { headers })).height).toBe(2);
  expect((await readUrl(url("/user.csv").replace("//", "//me:pa%3Ass@"))).height).toBe(2);
  const basic = { Authorization: `Basic ${btoa("me:pa:ss")}` };
  expect((await readUrl(url("/user.csv"), { headers: basic })).height).toBe(2);
  delete process.env["MLT_TEST_TOKEN"];
  delete process.env["MLT_TEST_USER"];
  // No percent-encoding, and no secret of the environment either.
  expect((await failure(() => readUrl(url("/user.csv").replace("//", "//me:%zz@")))).message).toBe(
    "The address of readUrl holds a secret that is in no environment variable",
  );
  expect((await failure(() => readUrl(url("/private.csv"), { headers }))).message).toBe(
    "The header authorization of readUrl holds a secret that is in no environment variable",
  );
  expect((await failure(() => readUrl(url("/user.csv").replace("//", "//me:pa%3Ass@")))).message).toBe(
    "The address of readUrl holds a secret that is in no environment variable",
  );
});

test("readUrl() says what the server answered, and nothing that stands behind the path", async () => {
  const error = await failure(() => readUrl(url("/missing.csv?key=secret")));
  expect(error.message).toBe(`"${url("/missing.csv")}" answered 404 Not Found`);
  expect(error.exitCode).toBe(ExitCode.external);
  expect((await failure(() => readUrl(url("/circle.csv")))).message).toBe(
    `"${url("/circle.csv")}" leads from one address to the next, more than 5`,
  );
  const nobody = await failure(() => readUrl("http://127.0.0.1:1/data.csv?key=secret"));
  expect(nobody.message).toStartWith('Cannot fetch "http://127.0.0.1:1/data.csv": ');
  expect(nobody.message).not.toContain("secret");
  expect(nobody.exitCode).toBe(ExitCode.external);
});

test("readUrl() cannot read a page, nor another kind of address", async () => {
  for (const path of ["/page", "/login.csv"]) {
    expect((await failure(() => readUrl(url(path)))).message).toBe(
      `"${url(path)}" answered with a web page, and with no data`,
    );
  }
  expect((await failure(() => readUrl(url("/elsewhere.csv")))).message).toBe(
    `"${url("/elsewhere.csv")}" leads to file://, which is no web server`,
  );
  expect((await failure(() => readUrl("file:///etc/passwd"))).message).toBe(
    "readUrl was given no address of a web server",
  );
});

testWith(["openssl"], "readUrl() trusts no certificate that nobody it knows has signed", async () => {
  using dir = tempDir();
  testAuthority(dir.path).issue("server");
  const [cert, key] = ["pem", "key"].map((ending) => readFileSync(join(dir.path, `server.${ending}`)));
  const tls = createTlsServer({ cert, key }, (_, response) => response.end(csv));
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  const address = tls.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const error = await failure(() => readUrl(`https://127.0.0.1:${port}/data.csv`));
  tls.closeAllConnections();
  tls.close();
  expect(error.message).toMatch(/^Cannot fetch "https:\/\/127\.0\.0\.1:\d+\/data\.csv": \w*(?:CERT|ISSUER)/);
});
