import { expect, test } from "bun:test";
import { timeoutMs } from "../../../cli/timeout-flag.ts";
import { ExitCode } from "../../../core/errors.ts";
import { failure } from "../../support/failure.ts";

test.each([
  ["1s", 1_000],
  ["90s", 90_000],
  [" 5m ", 300_000],
  ["24h", 86_400_000],
])("timeoutMs() reads %p as %d ms", (text, ms) => {
  expect(timeoutMs(text)).toBe(ms);
});

test.each(["", "5", "0s", "-1s", "1.5m", "5min", "25h", "1m30s", "9999999s"])(
  "timeoutMs() refuses %p",
  async (text) => {
    const error = await failure(() => timeoutMs(text));
    expect([error.message, error.exitCode]).toEqual([
      `Cannot read --timeout "${text}" as a time`,
      ExitCode.usage,
    ]);
  },
);
