/** The offset of a zone changes on a quarter of an hour, wherever it does. */
const steadyMs = 900_000;

/**
 * Makes the function that writes times as ISO 8601 in a time zone: `2026-11-24T20:13:44.123+01:00`, of UTC with a `Z`.
 *
 * @param timeZone  IANA name
 * @throws {RangeError} when there is no such zone
 */
export function localTime(timeZone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  let knownFor = Number.NaN;
  let offset = { text: "Z", ms: 0 };
  return (timeMs) => {
    const quarter = Math.floor(timeMs / steadyMs);
    if (quarter !== knownFor) {
      offset = offsetAt(format, timeMs);
      knownFor = quarter;
    }
    return new Date(timeMs + offset.ms).toISOString().replace("Z", offset.text);
  };
}

function offsetAt(format: Intl.DateTimeFormat, timeMs: number) {
  const name = format.formatToParts(timeMs).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  // Runtimes write zero as "GMT" or as "GMT+00:00".
  const [, sign = "+", hours = "00", minutes = "00"] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (ms === 0) return { text: "Z", ms };
  return { text: `${sign}${hours}:${minutes}`, ms: sign === "-" ? -ms : ms };
}
