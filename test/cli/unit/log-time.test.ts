import { expect, test } from "bun:test";
import { logTime } from "../../../cli/log-time.ts";
import { failure } from "../../support/failure.ts";

const nowMs = Date.UTC(2026, 10, 24, 19, 13, 44, 123);
const read = (text: string, timeZone = "Europe/Berlin") =>
  logTime(text, { flag: "--since", nowMs, timeZone });

// Offsets by the tz database: Berlin +1 in winter and +2 in summer, New York -5 and -4, Kathmandu +5:45.
test.each<[text: string, zone: string, time: string]>([
  ["30s", "UTC", "2026-11-24T19:13:14.123Z"],
  ["15m", "UTC", "2026-11-24T18:58:44.123Z"],
  ["2h", "Europe/Berlin", "2026-11-24T17:13:44.123Z"],
  ["7d", "UTC", "2026-11-17T19:13:44.123Z"],
  ["2026-11-24", "UTC", "2026-11-24T00:00:00.000Z"],
  ["2026-11-24", "Europe/Berlin", "2026-11-23T23:00:00.000Z"],
  ["2026-07-01", "America/New_York", "2026-07-01T04:00:00.000Z"],
  ["2026-11-24T20:13", "Europe/Berlin", "2026-11-24T19:13:00.000Z"],
  ["2026-11-24 20:13:44.1", "Asia/Kathmandu", "2026-11-24T14:28:44.100Z"],
  ["2026-11-24T20:13:44.123+01:00", "America/New_York", "2026-11-24T19:13:44.123Z"],
  ["2026-11-24T20:13:44Z", "America/New_York", "2026-11-24T20:13:44.000Z"],
  // On the day itself the clocks change at 03:00: its midnight is still of summer, its evening of winter.
  ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
  ["2026-10-25T20:00", "Europe/Berlin", "2026-10-25T19:00:00.000Z"],
  // 02:30 is left out: 03:30 it is.
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  // 02:30 comes twice: the first is of summer.
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  // Santiago and Havana leave out the midnight itself: their day begins at 01:00, of -3 and -4.
  ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
  ["2026-03-08", "America/Havana", "2026-03-08T05:00:00.000Z"],
  // Havana's midnight comes twice: the day begins with the first, of -4.
  ["2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z"],
])("logTime() reads %s in %s", (text, zone, time) => {
  expect(new Date(read(text, zone)).toISOString()).toBe(time);
});

test.each([
  "",
  "2",
  "h",
  "2 h",
  "-2h",
  "2w",
  "1.5h",
  "yesterday",
  "2026-11",
  "2026-02-30",
  "2026-13-01",
  "2026-11-24T25:00",
  "2026-11-24T20",
  "2026-11-24T20:13+1",
  "24.11.2026",
])("logTime() refuses %p and names the forms", async (text) => {
  const error = await failure(async () => read(text));
  expect(error).toMatchObject({
    message: `Cannot read --since "${text}" as a time`,
    hint: "Give how long ago, as in 30s, 15m, 2h or 7d, a day such as 2026-11-24, or a time such as 2026-11-24T20:13 or 2026-11-24T20:13:44+01:00.",
    exitCode: 2,
  });
});
