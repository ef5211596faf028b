/** What an ISO 8601 text says, as numbers. */
export interface DateFields<T> {
  readonly year: T;
  /** 1 to 12. */
  readonly month: T;
  readonly day: T;
  readonly hour: T;
  readonly minute: T;
  /** Whole seconds. */
  readonly second: T;
}

/** The arithmetic that parts of dates need: on numbers here, on the values of a graph there. */
export interface DateCalculator<T> {
  number(value: number): T;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  floor(a: T): T;
}

export const numberCalculator: DateCalculator<number> = {
  number: (value) => value,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  floor: Math.floor,
};

type PartOf = <T>(date: DateFields<T>, calculator: DateCalculator<T>) => T;

/** How each part is had of a date of the Gregorian calendar. */
export const dateParts = {
  year: ({ year }) => year,
  quarter: ({ month }, c) => c.floor(c.divide(c.add(month, c.number(2)), c.number(3))),
  month: ({ month }) => month,
  day: ({ day }) => day,
  weekday: (date, c) => {
    // The first day of 1970 was a Thursday.
    const days = c.add(daysSince1970(date, c), c.number(3));
    return c.subtract(days, c.multiply(c.number(7), floored(c, days, 7)));
  },
  dayOfYear: (date, c) => {
    const first = { ...date, month: c.number(1), day: c.number(0) };
    return c.subtract(daysSince1970(date, c), daysSince1970(first, c));
  },
  hour: ({ hour }) => hour,
  minute: ({ minute }) => minute,
  second: ({ second }) => second,
  epochDays: (date, c) => {
    const minutes = c.add(c.multiply(date.hour, c.number(60)), date.minute);
    const seconds = c.add(c.multiply(minutes, c.number(60)), date.second);
    return c.add(daysSince1970(date, c), c.divide(seconds, c.number(86_400)));
  },
} as const satisfies Readonly<Record<string, PartOf>>;

export type DatePart = keyof typeof dateParts;

/**
 * Days from the first of 1970.
 *
 * @see Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil: a year begins in March
 */
function daysSince1970<T>({ year, month, day }: DateFields<T>, c: DateCalculator<T>): T {
  // 1 in January and February, which belong to the year before.
  const early = floored(c, c.subtract(c.number(14), month), 12);
  const y = c.subtract(year, early);
  const m = c.subtract(c.add(month, c.multiply(c.number(12), early)), c.number(3));
  const days = c.add(floored(c, c.add(c.multiply(c.number(153), m), c.number(2)), 5), day);
  const leaps = c.add(c.subtract(floored(c, y, 4), floored(c, y, 100)), floored(c, y, 400));
  const total = c.add(c.add(c.multiply(c.number(365), y), leaps), days);
  return c.subtract(total, c.number(719_469));
}

function floored<T>(c: DateCalculator<T>, value: T, divisor: number): T {
  return c.floor(c.divide(value, c.number(divisor)));
}
