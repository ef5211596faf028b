import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { type DatePart, dateParts } from "../../../../core/learn/preprocessing/date-arithmetic.ts";
import { DateParts } from "../../../../core/learn/preprocessing/date-parts.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { checkTransformer } from "../../../contract/transformer.ts";

const all = Object.keys(dateParts) as DatePart[];
const odd = [
  null,
  "",
  "2023-02-29",
  "1900-02-29",
  "2024-04-31",
  "2024-13-01",
  "2024-00-10",
  "2024-1-1",
  "24-01-01",
  "2024-01-01T24:00",
  "2024-01-01T10:60",
  "2024-01-01T10",
  "2024-01-01T",
  "2024-01-01 ",
  " 2024-01-01",
  "2024-01-01T10:00:00.",
  "2024-01-01T10:00 Z",
  "2024-01-01Z",
  "tomorrow",
  "٢٠٢٤-01-01",
  "2024-01-01\n",
];

checkTransformer("DateParts", {
  make: () => new DateParts({ parts: all }),
  train: {
    ordered: ["2024-02-29", null, "1969-12-31T23:59:59.999Z", "0000-01-01 00:00", "9999-12-31T12:30-0330"],
    sent: ["2000-02-29", "", "1900-03-01", "2100-02-28", "2023-12-31"],
  },
  request: {
    ordered: odd,
    sent: odd.map((_, row) => ["2024-03-01T01:02:03+05", "2024-03-01 01:02"][row % 2] ?? ""),
  },
});
checkTransformer("DateParts of dates without a time, imputed", {
  make: () => pipeline(new DateParts({ parts: ["hour", "epochDays"] }), new SimpleImputer()),
  train: { ordered: ["2024-02-29", "", "2024-03-01"] },
  request: { ordered: ["", "2024-03-01", "never"] },
});

const partsOf = (text: string, parts: readonly DatePart[]) => [
  ...new DateParts({ parts }).fitTransform(pl.DataFrame({ t: [text] })).data,
];

describe("DateParts", () => {
  test("takes a date apart, the time as it is written", () => {
    // The 29th of February 2024 was a Thursday: 3, as Monday is 0; its 60th day, and 19782 days after 1970.
    expect(partsOf("2024-02-29T18:45:30.75+02:00", all)).toEqual([
      2024,
      1,
      2,
      29,
      3,
      60,
      18,
      45,
      30,
      19_782 + (18 * 3600 + 45 * 60 + 30) / 86_400,
    ]);
    expect(new DateParts().fitTransform(pl.DataFrame({ t: ["2024-02-29"] })).columns).toEqual([
      "t_year",
      "t_month",
      "t_day",
      "t_weekday",
      "t_hour",
    ]);
    expect(partsOf("2024-12-31 07:05", ["quarter", "dayOfYear", "hour", "minute", "second"])).toEqual([
      4, 366, 7, 5, 0,
    ]);
  });

  test("agrees with JavaScript's calendar over four centuries", () => {
    const day = 86_400_000;
    const dates = Array.from(
      { length: 2100 },
      (_, index) => new Date(Date.UTC(1890, 0, 1) + index * 71 * day),
    );
    const texts = dates.map((date) => date.toISOString());
    const { data } = new DateParts({
      parts: ["year", "month", "day", "weekday", "epochDays", "dayOfYear"],
    }).fitTransform(pl.DataFrame({ t: texts }));
    const expected = dates.flatMap((date) => [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      (date.getUTCDay() + 6) % 7,
      date.getTime() / day,
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) -
        Date.UTC(date.getUTCFullYear(), 0, 0)) /
        day,
    ]);
    expect([...data]).toEqual(expected);
  });

  test("gives NaN for what is no date once it is fitted", () => {
    const parts = new DateParts({ parts: ["year"] }).fit(pl.DataFrame({ t: ["2024-01-01"] }));
    expect([...parts.transform(pl.DataFrame({ t: odd })).data]).toEqual(odd.map(() => Number.NaN));
  });

  test("refuses in fit what is no date, numbers, and a part that there is not", () => {
    expect(() => new DateParts().fit(pl.DataFrame({ t: ["2024-01-01", "29.02.2024"] }))).toThrow(
      'Column "t" holds "29.02.2024"; DateParts reads dates such as 2024-02-29T08:30',
    );
    expect(() => new DateParts().fit(pl.DataFrame({ t: [2024] }))).toThrow('Column "t" holds "2024"');
    const options: Record<string, unknown> = { parts: ["week"] };
    expect(() => new DateParts(options)).toThrow(/option "parts"/);
    expect(() => new DateParts({ parts: [] })).toThrow(/option "parts"/);
  });
});
