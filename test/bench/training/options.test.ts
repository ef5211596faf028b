import { expect, test } from "bun:test";
import { trainBenchOptions } from "./options.ts";

test("trainBenchOptions() runs all sections but that of growth by default", () => {
  expect(trainBenchOptions([])).toEqual({
    sections: new Set(["boosting", "forest", "logistic", "datasets"]),
    rows: [100_000, 1_000_000],
    threads: [1, 2],
    rounds: 3,
    json: undefined,
  });
});

test("trainBenchOptions() runs the sections that are named, and little with --quick", () => {
  const options = trainBenchOptions(["--boosting", "--quick", "--threads", "4"]);
  expect(options.sections).toEqual(new Set(["boosting"]));
  expect(options).toMatchObject({ rows: [20_000], threads: [4], rounds: 1 });
});

test("trainBenchOptions() refuses what is no whole number", () => {
  expect(() => trainBenchOptions(["--rows", "1e5"])).toThrow(
    '--rows needs whole numbers of at least 1, not "1e5"',
  );
});
