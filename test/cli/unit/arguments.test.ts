import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { checkArguments, restHint } from "../../../cli/arguments.ts";
import { failure } from "../../support/failure.ts";

/** A command with every kind of argument: `demo FILE [--seed n] [-o file] [--json]`. */
const demo: ArgsDef = {
  file: { type: "positional", required: true },
  seed: { type: "string" },
  output: { type: "string", alias: "o" },
  json: { type: "boolean", default: false },
};
const rest: ArgsDef = { patterns: { type: "positional", required: false, valueHint: restHint } };
const words = (line: string) => (line === "" ? [] : line.split(" "));

describe("checkArguments()", () => {
  test.each([
    "data.csv",
    "data.csv --seed 7",
    "--seed 7 data.csv",
    "data.csv --seed=7",
    "data.csv --seed -7",
    "data.csv --seed=-7",
    "data.csv --seed=a=b",
    "data.csv -o out.csv",
    "data.csv -o -",
    "data.csv --output out.csv",
    "data.csv --json",
    "data.csv --no-json",
    "data.csv --json=true",
    "data.csv --json=false",
    "-",
    "-- --odd-name",
    "-- data.csv",
    "--json -- data.csv",
  ])("accepts demo %s", (line) => {
    expect(() => checkArguments(words(line), demo, "mlt demo")).not.toThrow();
  });

  test.each([
    ["", "The argument FILE is missing"],
    ["--seed 7", "The argument FILE is missing"],
    ["a.csv b.csv", 'Unexpected argument "b.csv"'],
    ["a.csv -- --json", 'Unexpected argument "--json"'],
    ["a.csv --sede 7", "Unknown flag --sede; did you mean --seed?"],
    ["a.csv --hlep", "Unknown flag --hlep; did you mean --help?"],
    ["a.csv --frobnicate", "Unknown flag --frobnicate"],
    ["a.csv --file a.csv", "Unknown flag --file"],
    ["a.csv ---seed 7", "Unknown flag ---seed; did you mean --seed?"],
    ["a.csv -s 7", "Unknown flag -s"],
    ["a.csv -oout.csv", "Unknown flag -oout.csv"],
    ["a.csv -o=out.csv", "Unknown flag -o=out.csv"],
    ["a.csv --no-seed", "Unknown flag --no-seed"],
    ["a.csv --seed", "--seed needs a value"],
    ["a.csv --seed=", "--seed needs a value"],
    ["a.csv --seed --json", "--seed needs a value"],
    ["a.csv -o", "-o needs a value"],
    ["a.csv --seed 1 --seed 2", "--seed is given twice"],
    ["a.csv -o x --output y", "--output is given twice"],
    ["a.csv --json --no-json", "--no-json is given twice"],
    ["a.csv --json=yes", "--json takes no value"],
    ["a.csv --json=", "--json takes no value"],
    ["a.csv --__proto__", "Unknown flag --__proto__"],
  ])("refuses demo %s", async (line, message) => {
    const error = await failure(() => checkArguments(words(line), demo, "mlt demo"));
    expect(error.message).toStartWith(message);
    expect(error.message.slice(message.length)).toMatch(/^(; did you mean --\w+\?)?$/);
    expect(error.hint).toBe("Run mlt demo --help to see how it is used.");
    expect(error.exitCode).toBe(2);
  });

  test.each(["", "a", "a b c", "-- a --b"])("gives a positional of the rest all of %p", (line) => {
    expect(() => checkArguments(words(line), rest, "mlt test")).not.toThrow();
  });

  test("leaves the words as they are", () => {
    const given = Object.freeze(["data.csv", "--", "x"]);
    expect(() => checkArguments(given, rest, "mlt test")).not.toThrow();
  });
});
