import { expect, test } from "bun:test";
import { localTime } from "../../../core/prediction-log/local-time.ts";

const winter = Date.UTC(2026, 10, 24, 19, 13, 44, 123);
const summer = Date.UTC(2026, 6, 1, 23, 59, 59, 5);

// Offsets by the tz database: Berlin +1 and +2, Kolkata +5:30, Kathmandu +5:45, New York -5 and -4, St. John's -2:30 in summer.
test.each([
  ["UTC", winter, "2026-11-24T19:13:44.123Z"],
  ["Europe/Berlin", winter, "2026-11-24T20:13:44.123+01:00"],
  ["Europe/Berlin", summer, "2026-07-02T01:59:59.005+02:00"],
  ["Asia/Kolkata", winter, "2026-11-25T00:43:44.123+05:30"],
  ["Asia/Kathmandu", winter, "2026-11-25T00:58:44.123+05:45"],
  ["America/New_York", winter, "2026-11-24T14:13:44.123-05:00"],
  ["America/St_Johns", summer, "2026-07-01T21:29:59.005-02:30"],
])("localTime() writes a time in %s with its offset", (zone, timeMs, text) => {
  expect(localTime(zone)(timeMs)).toBe(text);
});

test("localTime() changes its offset with the clocks, in both directions", () => {
  const berlin = localTime("Europe/Berlin");
  // 2026-10-25 01:00 UTC: three o'clock becomes two.
  const change = Date.UTC(2026, 9, 25, 1);
  expect([change - 1, change, change - 1].map(berlin)).toEqual([
    "2026-10-25T02:59:59.999+02:00",
    "2026-10-25T02:00:00.000+01:00",
    "2026-10-25T02:59:59.999+02:00",
  ]);
});

test("localTime() refuses a zone that there is not", () => {
  expect(() => localTime("Mars/Olympus")).toThrow(RangeError);
});
