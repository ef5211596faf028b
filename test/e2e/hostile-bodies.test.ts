import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { everyTypeProject } from "../support/every-type-project.ts";
import { filesAreAtMost, openFiles, residentBytes } from "../support/process-use.ts";
import type { TestProject } from "../support/project.ts";
import { type RawAnswer, rawAnswer } from "../support/raw-answer.ts";

// Bodies that nobody sends by accident, against the binary, over connections of their own.

setDefaultTimeout(60_000);

let project: TestProject;
let service: Awaited<ReturnType<TestProject["serve"]>>;
let port = 0;
const pid = () => service.child.pid ?? 0;
beforeAll(async () => {
  project = await everyTypeProject();
  service = await project.serve(["--workers", "1"]);
  port = Number(new URL(service.url).port);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const good = { size: 2.5, count: 3, sold: true, colour: "green", month: "Feb", note: "old" };
/** The good row, with text in the place of a field's value. */
const rowWith = (field: keyof typeof good, json: string) =>
  `[${JSON.stringify(good).replace(JSON.stringify({ [field]: good[field] }).slice(1, -1), () => `"${field}":${json}`)}]`;
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

function post(
  body: string | Uint8Array,
  type = "application/json",
  path = "/api/predictions",
): Promise<RawAnswer> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const head = `POST ${path} HTTP/1.1\r\nHost: ml\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return rawAnswer(port, Buffer.concat([Buffer.from(head), bytes]));
}

/** A refusal as it should be: a problem that holds nothing of what was sent, and the next one is answered. */
async function expectRefused({ status, head, body }: RawAnswer, expected: number): Promise<void> {
  expect([status, body.slice(0, 1000)]).toEqual([expected, expect.stringContaining(`"status":${expected}`)]);
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
  expect(body).not.toContain("s3cret");
  expect(body.length).toBeLessThan(20_000);
  expect(await post(JSON.stringify([good]))).toMatchObject({ status: 200 });
}

const megabytes = (part: string) => part.repeat(Math.floor(10_000_000 / part.length));

const hostile: readonly (readonly [string, string | Uint8Array, number])[] = [
  ["ten megabytes of brackets", megabytes("["), 400],
  ["ten megabytes of objects in objects", megabytes('[{"size":'), 400],
  ["ten megabytes of one number", rowWith("size", megabytes("1")), 422],
  ["ten megabytes of one exponent", rowWith("size", `1e${megabytes("1")}`), 422],
  ["ten megabytes of one key", `[{"${megabytes("k")}":1}]`, 422],
  [
    "a hundred thousand keys",
    `[{${Array.from({ length: 100_000 }, (_, at) => `"s3cret${at}":1`)}}]`.replaceAll("s3cret", "k"),
    422,
  ],
  ["three million empty rows", `[${megabytes("{},")}{}]`, 413],
  ["ten megabytes of blanks", megabytes(" "), 400],
  ["a key twice", rowWith("size", '1,"size":1'), 422],
  ["a key twice, once with an escape", rowWith("size", '1,"\\u0073ize":1'), 422],
  ["__proto__", rowWith("size", '1,"__proto__":{"size":"s3cret"}'), 422],
  ["constructor", rowWith("size", '1,"constructor":{"prototype":{"size":"s3cret"}}'), 422],
  ["__proto__ for a row", '{"__proto__":[{"size":"s3cret"}],"length":1}', 422],
  ["NaN", rowWith("size", "NaN"), 400],
  ["Infinity", rowWith("size", "-Infinity"), 400],
  ["1e999", rowWith("size", "1e999"), 422],
  ["a number beyond float32", rowWith("size", "3.5e38"), 422],
  ["an integer with a fraction", rowWith("count", "1.5"), 422],
  ["a text for a number", rowWith("size", '"s3cret"'), 422],
  ["a category with an escape", rowWith("colour", '"s3cret\\u0000"'), 422],
  ["half a character in a category, escaped", rowWith("colour", '"s3cret\\ud800"'), 422],
  ["bytes that are no UTF-8 in a value", latin1(rowWith("note", '"s3cret\xff"')), 400],
  ["bytes that are no UTF-8 in a key", latin1(rowWith("size", '1,"s3cret\xff":1')), 400],
  ["an overlong slash", latin1(rowWith("note", '"s3cret\xc0\xaf"')), 400],
  ["half a character, raw", latin1(rowWith("note", '"s3cret\xed\xa0\x80"')), 400],
  ["a character beyond Unicode", latin1(rowWith("note", '"s3cret\xf4\x90\x80\x80"')), 400],
  ["a character that is cut off", latin1('[{"note":"s3cret\xf0\x9f'), 400],
  ["UTF-16", Buffer.from(JSON.stringify([good]), "utf16le"), 400],
  ["a byte order mark of UTF-16", latin1(`\xff\xfe${JSON.stringify([good])}`), 400],
  ["NUL before it", `\0${JSON.stringify([good])}`, 400],
  ["NUL behind it", `${JSON.stringify([good])}\0`, 400],
  ["NUL in a text", rowWith("note", '"s3\0cret"'), 400],
  ["only NUL", "\0".repeat(1000), 400],
  ["a line break in a text", rowWith("note", '"s3\ncret"'), 400],
  ["a comment", `[/* s3cret */${JSON.stringify(good)}]`, 400],
  ["a comma at its end", `[${JSON.stringify(good)},]`, 400],
  ["single quotes", "[{'size':'s3cret'}]", 400],
  ["XML", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY s SYSTEM "file:///etc/passwd">]><a>&s;</a>', 400],
  // ONNX Runtime reads a text up to there only.
  ["NUL in a text, escaped", rowWith("note", '"a\\u0000b"'), 422],
];

test.each(hostile.map(([name, body, status]) => [name, status, body] as const))(
  "a body with %s is refused with %i, and the next is answered",
  async (_, status, body) => {
    await expectRefused(await post(body), status);
  },
);

test.each([
  ["text/plain", 415],
  ["application/x-www-form-urlencoded", 415],
  ["multipart/form-data; boundary=s3cret", 415],
  ["application/json; charset=utf-16", 415],
  ["application/json, s3cret/json", 415],
  ["", 415],
])("a body of type %p is refused with %i, and the next is answered", async (type, status) => {
  await expectRefused(await post(JSON.stringify([good]), type), status);
});

test.each([
  ["a byte order mark before it", `\ufeff${JSON.stringify([good])}`],
  ["a byte order mark in a text", rowWith("note", '"\ufeffold"')],
  ["escapes in keys and texts", rowWith("note", '"\\u006fld"').replace('"size"', '"\\u0073ize"')],
  ["half a character in a text, escaped", rowWith("note", '"\\ud800"')],
  ["a text of ten megabytes", rowWith("note", `"${megabytes("é")}"`.slice(0, 5_000_000).concat('"'))],
  ["blanks of every kind", ` \t\r\n${JSON.stringify([good], null, 2)} \t\r\n`],
])("a body with %s is right, and answered", async (_, body) => {
  expect(await post(body)).toMatchObject({
    status: 200,
    body: expect.stringMatching(/^\[\{"class_name":"(cheap|dear)"\}\]$/),
  });
});

test("hostile tensors are refused as well", async () => {
  const infer = (json: string | Uint8Array) => post(json, "application/json", "/v2/models/iris/infer");
  const input = (rest: string) => `{"inputs":[{"name":"size","datatype":"FP32",${rest}}]}`;
  for (const body of [
    megabytes("["),
    input(`"shape":[1],"data":${"[".repeat(60)}1${"]".repeat(60)}`),
    input('"shape":[9007199254740993],"data":[1]'),
    input('"shape":[-1],"data":[1]'),
    input('"shape":[1e308,1e308],"data":[1]'),
    input('"shape":[1],"data":["s3cret"]'),
    input('"shape":[1],"parameters":{"binary_data_size":1e15}'),
    input('"shape":[1],"parameters":{"binary_data_size":-4}'),
    '{"inputs":{"__proto__":[]}}',
    '{"inputs":[],"outputs":[{"name":"__proto__"}]}',
    latin1(input('"shape":[1],"data":["s3cret\xff"]')),
  ]) {
    await expectRefused(await infer(body), 400);
  }
});

test("after all of it the service holds no connection, and round after round no more memory", async () => {
  const before = openFiles(pid());
  const round = async () => {
    for (const [, body] of hostile) await post(body);
    return residentBytes(pid());
  };
  await round();
  const first = await round();
  await round();
  await round();
  // A leak of the bodies alone would be 80 MB a round.
  expect((await round()) - first).toBeLessThan(150_000_000);
  const close = { headers: { connection: "close" } };
  await filesAreAtMost(pid(), before, async () => (await fetch(`${service.url}/ping`, close)).text());
});

test("nothing that was sent is on stderr", async () => {
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  expect(stderr.match(/.*(s3cret|failed|error:).*/g)).toBeNull();
});
