/** Days from 1970-01-01 to a date of the Gregorian calendar. @see Howard Hinnant, days_from_civil */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Days since 1970 of `2024-02-29`; `undefined` for what is no date, such as `infinity` or `0000-00-00`. */
export function daysOf(text: string): number | undefined {
  const match = /^(\d{4,})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null || match[2] === "00" || match[3] === "00") return undefined;
  return daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** Microseconds since 1970 of `2024-02-29 12:30:00.5`, with `+00` behind it or nothing, which is UTC too. */
export function microsecondsOf(text: string): number | bigint | undefined {
  const match = /^(\d{4,}-\d\d-\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?(?:\+00(?::00)?|Z)?$/.exec(
    text,
  );
  const days = daysOf(match?.[1] ?? "");
  if (match === null || days === undefined) return undefined;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4]);
  const fraction = Number((match[5] ?? "").padEnd(6, "0"));
  const micros = (days * 86_400 + seconds) * 1e6 + fraction;
  if (Number.isSafeInteger(micros)) return micros;
  return BigInt(days * 86_400 + seconds) * 1_000_000n + BigInt(fraction);
}
