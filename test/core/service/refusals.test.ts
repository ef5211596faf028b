import { expect, test } from "bun:test";
import { goodRow, testLimits, testService } from "../../support/test-service.ts";

const good = JSON.stringify([goodRow]);
const bodyLimit = "The body is longer than 1000 bytes; send the rows in several requests";

const refusals: readonly [string, string | Uint8Array<ArrayBuffer>, number, string][] = [
  ["is empty", "", 400, "The body is empty; send a JSON array of rows"],
  ["is cut off", good.slice(0, -1), 400, "The body is not valid JSON"],
  ["is blank", " \n", 400, "The body is not valid JSON"],
  ["has NaN", '[{"sepal_length":NaN}]', 400, "The body is not valid JSON"],
  ["has two documents", `${good}${good}`, 400, "The body is not valid JSON"],
  ["has a comma at its end", "[1,]", 400, "The body is not valid JSON"],
  ["is not UTF-8", new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]), 400, "The body is not UTF-8"],
  ["is an object", "{}", 422, "The body is not an array of 1 to 3 rows; put [ ] around the one row"],
  ["is null", "null", 422, "The body is not an array of 1 to 3 rows"],
  ["is a number", "5", 422, "The body is not an array of 1 to 3 rows"],
  ["is an empty array", "[]", 422, "The body is not an array of 1 to 3 rows"],
  ["has a row that is none", "[1]", 422, "The body has 1 problem; see errors"],
  ["has an empty row", "[{}]", 422, "The body has 4 problems; see errors"],
  [
    "has too many rows",
    JSON.stringify(Array(4).fill(goodRow)),
    413,
    "The body has 4 rows; send at most 3 in a request",
  ],
  ["is a byte too long", `${good}${" ".repeat(1001 - good.length)}`, 413, bodyLimit],
];
for (const path of ["/api/predictions", "/api/proba_predictions"]) {
  test.each(refusals)(`POST ${path} refuses a body that %s`, async (_, body, status, detail) => {
    const headers = { "content-type": "application/json" };
    const response = await testService().get(path, { method: "POST", headers, body });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("x-request-id")).toBe("id-1");
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: "about:blank", status, detail, request_id: "id-1" });
  });
}

test("POST /api/predictions accepts a body of exactly the limit, and a byte order mark", async () => {
  const service = testService();
  const full = `${good}${" ".repeat(testLimits.maxBodyBytes - good.length)}`;
  expect((await service.post("/api/predictions", full)).status).toBe(200);
  expect((await service.post("/api/predictions", `\ufeff${good}`)).status).toBe(200);
});

test("POST /api/predictions believes no Content-Length over the limit", async () => {
  const response = await testService().post("/api/predictions", good, { "content-length": "1001" });
  expect(response.status).toBe(413);
});

test.each([
  ["application/json", 200],
  ["Application/JSON; charset=UTF-8", 200],
  ['application/json;charset="utf-8"', 200],
  ["application/json; charset=latin1", 415],
  ["application/jsonp", 415],
  ["text/plain", 415],
  ["multipart/form-data; boundary=x", 415],
  ["application/x-www-form-urlencoded", 415],
])("POST /api/predictions answers Content-Type %s with %i", async (type, status) => {
  expect((await testService().post("/api/predictions", good, { "content-type": type })).status).toBe(status);
});

test("POST /api/predictions refuses a body without a Content-Type, or with a Content-Encoding", async () => {
  const service = testService();
  const bytes = new TextEncoder().encode(good);
  const plain = await service.get("/api/predictions", { method: "POST", body: bytes });
  expect(plain.status).toBe(415);
  expect(await plain.json()).toMatchObject({
    title: "Unsupported Media Type",
    detail: 'Send the body with the header "Content-Type: application/json"',
  });
  expect((await service.post("/api/predictions", good, { "content-encoding": "gzip" })).status).toBe(415);
});

test("POST /api/predictions lists what is wrong with a body, and echoes no value", async () => {
  const rows = [goodRow, { ...goodRow, sepal_length: "s3cret", petal_width: 31, colour: "s3cret" }];
  const response = await testService().post("/api/predictions", rows);
  const text = await response.text();
  const expected = "a number from 0 to 30";
  expect(JSON.parse(text)).toEqual({
    type: "about:blank",
    title: "Unprocessable Content",
    status: 422,
    detail: "The body has 3 problems; see errors",
    request_id: "id-1",
    errors: [
      { row: 1, field: "sepal_length", code: "type", expected },
      { row: 1, field: "petal_width", code: "range", expected },
      { row: 1, field: "colour", code: "unknown", expected: "one of the 5 known fields" },
    ],
  });
  expect(text).not.toContain("s3cret");
});

test("POST /api/predictions says of a hundred errors that there may be more", async () => {
  const service = testService({ limits: { ...testLimits, maxRows: 1000, maxBodyBytes: 100_000 } });
  const response = await service.post("/api/predictions", Array(100).fill({}));
  const problem = JSON.parse(await response.text());
  expect(problem.detail).toBe("The body has at least 100 problems; see errors");
  expect(problem.errors.length).toBe(100);
});

test.each([
  ["brackets that are never closed", "[".repeat(10_000_000)],
  ["as many arrays as brackets", `${"[".repeat(5_000_000)}${"]".repeat(5_000_000)}`],
  ["objects in objects", '[{"sepal_length":'.repeat(500_000)],
])("POST /api/predictions refuses ten megabytes of %s before it parses them", async (_, body) => {
  const service = testService({ limits: { ...testLimits, maxBodyBytes: 10_000_000 } });
  const response = await service.post("/api/predictions", body);
  expect([response.status, JSON.parse(await response.text()).detail]).toEqual([
    400,
    "The body is nested deeper than 64 levels",
  ]);
});

test("POST /api/predictions parses what is nested less deep, and refuses it for what it is", async () => {
  const nested = `${"[".repeat(64)}${"]".repeat(64)}`;
  expect((await testService().post("/api/predictions", nested)).status).toBe(422);
});

test("POST /api/predictions refuses three million rows before it parses them, and as many fields for what they are", async () => {
  const service = testService({ limits: { ...testLimits, maxBodyBytes: 10_000_000 } });
  const rows = await service.post("/api/predictions", `[${"{},".repeat(3_000_000)}{}`);
  expect([rows.status, JSON.parse(await rows.text()).detail]).toEqual([
    413,
    "The body has 3000001 rows; send at most 3 in a request",
  ]);
  expect((await service.post("/api/predictions", '{"a":1,"b":2,"c":3,"d":4}')).status).toBe(422);
  expect((await service.post("/api/predictions", '[{"a":1,"b":2,"c":3,"d":4}]')).status).toBe(422);
});
