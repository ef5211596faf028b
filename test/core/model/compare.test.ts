import { expect, test } from "bun:test";
import { unfairness } from "../../../core/model/compare.ts";

const rows = { seed: 42, dataHash: "abc" };

test.each([
  ["time", []],
  ["group", ["seed"]],
] as const)(
  "unfairness() under a split by %s warns of another seed where it holds out other rows",
  (strategy, words) => {
    const split = { strategy, column: "day", test_size: 0.2 };
    const card = { seed: 7, split, data_sha256: rows.dataHash };
    const warnings = unfairness({ card }, { ...rows, split });
    expect(warnings.map((warning) => warning.includes("seed 7"))).toEqual(words.map(() => true));
  },
);

test("unfairness() warns of other rows under a split by time", () => {
  const split = { strategy: "time", column: "day", test_size: 0.2 } as const;
  const warnings = unfairness({ card: { seed: 42, split, data_sha256: "other" } }, { ...rows, split });
  expect(warnings).toEqual([
    "The model in place was trained from other rows: it may have learned from rows that are held out now, which favours it.",
  ]);
});
