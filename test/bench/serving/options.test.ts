import { expect, test } from "bun:test";
import { serveBenchOptions } from "./options.ts";

const root = "/checkout";

test("serveBenchOptions() runs all sections but that of memory by default", () => {
  expect(serveBenchOptions([], root)).toEqual({
    sections: new Set(["bare", "peers", "mixed"]),
    rounds: 5,
    seconds: 2,
    binary: "/checkout/dist/mlt",
  });
});

test("serveBenchOptions() runs the sections that are named, and no other", () => {
  const options = serveBenchOptions(["--memory", "--bare", "--rounds", "3", "--binary", "/bin/mlt"], root);
  expect(options.sections).toEqual(new Set(["bare", "memory"]));
  expect(options.rounds).toBe(3);
  expect(options.binary).toBe("/bin/mlt");
});

test.each([
  ["an unknown flag", ["--peer"]],
  ["a word that belongs to no flag", ["bare"]],
  ["a flag without its value", ["--rounds"]],
  ["no rounds", ["--rounds", "0"]],
  ["half a second", ["--seconds", "0.5"]],
])("serveBenchOptions() refuses %s", (_, words) => {
  expect(() => serveBenchOptions(words, root)).toThrow();
});
