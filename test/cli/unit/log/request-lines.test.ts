import { describe, expect, test } from "bun:test";
import { jsonRequestLines, prettyRequestLines } from "../../../../cli/log/request-lines.ts";
import type { AccessEntry } from "../../../../core/service/exchange.ts";

// 2026-11-24T03:00:00.007Z
const clock = { now: () => Date.UTC(2026, 10, 24, 3, 0, 0, 7), pid: 42 };
const model = { id: "3d6f0a52", version: "1.2.0" };
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

const predicted: AccessEntry = {
  requestId: "id-1",
  method: "POST",
  route: "/api/predictions",
  status: 200,
  durationMs: 1.23456,
  rows: 2,
  model,
};
const missed: AccessEntry = {
  requestId: "id-2",
  method: "GET",
  route: "unmatched",
  status: 404,
  durationMs: 3,
};

/** An error with a stack that a test can spell out. */
function errorWith(stack: string, cause?: unknown): Error {
  return Object.assign(new Error("not shown", { cause }), { stack });
}

describe("jsonRequestLines()", () => {
  const line = jsonRequestLines(clock);

  test("tells of a prediction its rows and its model", () => {
    expect(line(predicted)).toBe(
      '{"time":"2026-11-24T03:00:00.007Z","level":"info","pid":42,"message":"POST /api/predictions 200",' +
        '"method":"POST","route":"/api/predictions","status":200,"request_id":"id-1","duration_ms":1.235,' +
        '"rows":2,"model_id":"3d6f0a52","model_version":"1.2.0"}',
    );
  });

  test("tells no rows and no model where there are none", () => {
    expect(line(missed)).toBe(
      '{"time":"2026-11-24T03:00:00.007Z","level":"warn","pid":42,"message":"GET unmatched 404",' +
        '"method":"GET","route":"unmatched","status":404,"request_id":"id-2","duration_ms":3}',
    );
  });

  test("splits a traceparent into the ids that traces are found by", () => {
    expect(JSON.parse(line({ ...missed, traceparent }))).toMatchObject({
      traceparent,
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      span_id: "00f067aa0ba902b7",
    });
  });

  test("tells the model that answered, also after another has taken its place", () => {
    const versions = ["1.2.0", "1.3.0", "1.2.0"].map((version) => {
      return JSON.parse(line({ ...predicted, model: { id: `of ${version}`, version } }));
    });
    expect(versions.map(({ model_id, model_version }) => [model_id, model_version])).toEqual([
      ["of 1.2.0", "1.2.0"],
      ["of 1.3.0", "1.3.0"],
      ["of 1.2.0", "1.2.0"],
    ]);
  });

  test("tells of a 500 the stack, and those of its causes, in one field", () => {
    const error = errorWith("Error: a\n    at x.ts:1", errorWith("TypeError: b\n    at y.ts:2", "c"));
    const logged = JSON.parse(line({ ...predicted, status: 500, error }));
    expect(logged.level).toBe("error");
    expect(logged.error).toBe(
      "Error: a\n    at x.ts:1\nCaused by: TypeError: b\n    at y.ts:2\nCaused by: 'c'",
    );
  });

  test("cuts an error that would fill the log", () => {
    const logged = JSON.parse(line({ ...missed, status: 500, error: errorWith("x".repeat(10_000)) }));
    expect(logged.error).toBe(`${"x".repeat(8_000)}… (2000 more characters)`);
  });

  test("is one line of ASCII controls escaped, whatever is in it", () => {
    const evil = 'a"\\\n\r\t\x00\x1b[31m\x7f\x9b\u2028\u2029';
    const text = line({ ...missed, requestId: evil, error: errorWith(evil) });
    expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(JSON.parse(text)).toMatchObject({ request_id: evil, error: evil });
  });

  test("tells a method that a client made up, however many there are", () => {
    for (let index = 0; index < 1_100; index++) {
      const made = line({ ...missed, method: `M${index}` });
      expect(JSON.parse(made)).toMatchObject({ method: `M${index}`, message: `M${index} unmatched 404` });
    }
  });
});

describe("prettyRequestLines()", () => {
  const line = prettyRequestLines(clock);

  test("tells what the JSON tells, for people", () => {
    expect(line(predicted)).toBe(
      "2026-11-24T03:00:00.007Z 200 POST /api/predictions 1.235 ms, 2 rows, request id-1",
    );
    expect(line({ ...predicted, rows: 1, traceparent })).toBe(
      `2026-11-24T03:00:00.007Z 200 POST /api/predictions 1.235 ms, 1 row, request id-1, traceparent ${traceparent}`,
    );
    expect(line(missed)).toBe("2026-11-24T03:00:00.007Z 404 GET unmatched 3 ms, request id-2");
  });

  test("puts the stack of a 500 below, where none of its lines can pass for one of the log", () => {
    const error = errorWith("Error: \x1b[2J\n2026-11-24T03:00:00.007Z 200\n\tat x.ts:1");
    expect(line({ ...missed, status: 500, error })).toBe(
      "2026-11-24T03:00:00.007Z 500 GET unmatched 3 ms, request id-2\n" +
        "    Error: \\u001b[2J\n    2026-11-24T03:00:00.007Z 200\n    \tat x.ts:1",
    );
  });
});
