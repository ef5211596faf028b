import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { problemsError } from "../../../core/config/problem.ts";
import { validated, yamlFile } from "../../../core/config/yaml-file.ts";

const schema = Type.Object(
  { a: Type.Optional(Type.String()), b: Type.Optional(Type.Array(Type.Integer())) },
  { additionalProperties: false },
);

function report(text: string): string {
  const { problems } = yamlFile({ name: "x.yaml", text }, schema);
  return problems.length === 0 ? "" : problemsError(problems, {}).message;
}

describe("yamlFile()", () => {
  test.each([
    ["block and flow", "a: x\nb: [1, 2]\n", { a: "x", b: [1, 2] }],
    ["an anchor and its alias", "a: &x y\n? b\n: [1]\n", { a: "y", b: [1] }],
    ["an alias of a number", "b: [&one 1, *one]\n", { b: [1, 1] }],
    ["a byte order mark and CRLF", "\uFEFFa: x\r\nb: [1]\r\n", { a: "x", b: [1] }],
    ["yes as text, as YAML 1.2 does", "a: yes\n", { a: "yes" }],
    ["any text", "a: 日本 😀\n", { a: "日本 😀" }],
  ])("reads %s", (_, text, data) => {
    const file = yamlFile({ name: "x.yaml", text }, schema);
    expect(file.problems).toEqual([]);
    expect(validated(schema, file.data)).toEqual(data);
  });

  const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
  for (const [one, next] of ["ab", "bc", "cd", "de", "ef"].map((pair) => pair.split(""))) {
    bomb.push(`${next}: &${next} [${Array.from({ length: 9 }, () => `*${one}`).join(",")}]`);
  }

  test.each([
    ["nothing", "", "x.yaml:1:1 The file is empty"],
    ["blanks", " \n\n", "x.yaml:1:1 The file is empty"],
    ["a NUL byte", "a: x\nb\0: 1\n", "x.yaml:2:2 The file is not text: it holds a NUL byte"],
    ["a tab for indentation", "b:\n\t- 1\n", "x.yaml:2:1 Indented by a tab; use spaces"],
    ["two documents", "a: x\n---\na: y\n", "x.yaml:2:1 Expected one YAML document, not several"],
    ["a list as key", "? [a]\n: 1\n", "x.yaml:1:3 Expected a key to be plain text"],
    ["a custom tag", "a: !env HOME\n", "x.yaml:1:4 Cannot read a YAML tag; write the plain value"],
    [
      "a colon too many",
      "a: b: c\n",
      'x.yaml:1:4 Cannot read a second ": " on one line; quote the value, or mend the indentation',
    ],
    [
      "a key less indented",
      "b:\n  - 1\n a: x\n",
      "x.yaml:3:1 All mapping items must start at the same column",
    ],
    [
      "an unclosed bracket",
      "b: [1,\n",
      "x.yaml:2:1 Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["a reserved character", "a: @x\n", "x.yaml:1:4 Plain value cannot start with reserved character @"],
    [
      "text after a list",
      "- a\nb: 1\n",
      "x.yaml:2:1 Cannot read what follows; check quotes, brackets and indentation",
    ],
    ["an alias of nothing", "a: *x\n", 'x.yaml:1:4 No anchor "&x" stands before its alias'],
    ["an alias of itself", "b: &x [1, *x]\n", 'x.yaml:1:11 Alias "*x" holds itself'],
    ["an alias bomb", `${bomb.join("\n")}\n`, "x.yaml:1:1 The file repeats too much of itself by aliases"],
    // Refused is what has 101 nodes above it: the document, its map, the pair "b: ", and 98 lists, from column 4 on.
    ["3000 nested lists", `b: ${"[".repeat(3000)}${"]".repeat(3000)}\n`, "x.yaml:1:102 Nested too deeply"],
    ["a key twice", "a: x\nb: [1]\na: y\n", 'x.yaml:3:1 Key "a" is there twice'],
    ["a scalar at the top", "a\n", 'x.yaml:1:1 Expected the file to be a map with the keys a, b, not "a"'],
  ])("refuses %s in one sentence", (_, text, message) => {
    expect(report(text)).toBe(message);
  });

  test("refuses 20000 nested lists without a stack", () => {
    expect(report("[".repeat(20_000))).toEndWith(" Nested too deeply");
  });

  test("reports every problem at once, in the order of the file", () => {
    // Line 3 holds a key that is unknown and there twice; of line 4, columns 5 and 12 are wrong.
    const text = "c: 1\na: 1.50\nc: 2\nb: ['1', 2, 3.5]\na: true\n";
    expect(report(text)).toBe(
      [
        "6 problems in x.yaml",
        '  x.yaml:3:1   Key "c" is there twice',
        '  x.yaml:3:1   Unknown key "c"',
        '  x.yaml:4:5   Expected b[0] to be an integer, not "1"',
        "  x.yaml:4:13  Expected b[2] to be an integer, not 3.5",
        '  x.yaml:5:1   Key "a" is there twice',
        "  x.yaml:5:4   Expected a to be text, not true; quote it",
      ].join("\n"),
    );
  });

  test("shows a hostile value on one line, without control characters, and cut", () => {
    expect(report('b: ["\\e[2J\\u009b1m\\u202e\\n"]\n')).toBe(
      'x.yaml:1:5 Expected b[0] to be an integer, not "\\u001b[2J\\u009b1m\\u202e\\n"',
    );
    expect(report(`b: ["${"x".repeat(1000)}"]\n`)).toBe(
      `x.yaml:1:5 Expected b[0] to be an integer, not "${"x".repeat(60)}…"`,
    );
  });
});

describe("validated()", () => {
  test("throws for data that was not checked", () => {
    expect(() => validated(schema, { c: 1 })).toThrow(RangeError);
  });
});

describe("problemsError()", () => {
  const problem = { source: "x.yaml", line: 1, column: 2, message: "No" };

  test("takes the first hint of a problem before its own", () => {
    const error = problemsError(
      [problem, { ...problem, hint: "Mend it." }, { ...problem, hint: "Not this." }],
      {
        hint: "Nor this.",
      },
    );
    expect(error.hint).toBe("Mend it.");
    expect(problemsError([problem], { hint: "This." }).hint).toBe("This.");
  });

  test("throws without a problem", () => {
    expect(() => problemsError([], {})).toThrow(RangeError);
  });
});
