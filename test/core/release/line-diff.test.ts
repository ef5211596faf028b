import { expect, test } from "bun:test";
import { diffHunks, diffLines } from "../../../core/release/line-diff.ts";
import { chooser } from "../../support/chooser.ts";

const marks = { same: " ", removed: "-", added: "+" };
const letters = (text: string) => text.split("");
const marked = (before: string, after: string) =>
  diffLines(letters(before), letters(after))
    .map(({ kind, text }) => `${marks[kind]}${text}`)
    .join("");

test.each([
  ["", "", ""],
  ["", "a", "+a"],
  ["a", "", "-a"],
  ["abc", "abc", " a b c"],
  ["abc", "axc", " a-b+x c"],
  ["abc", "bcd", "-a b c+d"],
  ["ab", "ba", "-a b+a"],
])("diffLines() of %p and %p", (before, after, lines) => {
  expect(marked(before, after)).toBe(lines);
});

test("diffLines() holds both texts in order, with as many lines in common as any other way has", () => {
  // Myers, An O(ND) Difference Algorithm (1986): five edits from ABCABBA to CBABAC.
  const edits = diffLines(letters("ABCABBA"), letters("CBABAC")).filter(({ kind }) => kind !== "same");
  expect(edits).toHaveLength(5);
  const choose = chooser(7);
  for (let round = 0; round < 200; round++) {
    const text = () => Array.from({ length: choose.below(13) }, () => choose.of(["a", "b", "c"]));
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const without = (other: string) => lines.filter(({ kind }) => kind !== other).map((line) => line.text);
    expect([without("added"), without("removed")]).toEqual([before, after]);
  }
});

test("diffHunks() shows what changed with lines around it, by its place in each text", () => {
  const before = letters("abcdefghijklmnop");
  const after = letters("abXdefghijklmnopq");
  const hunks = diffHunks(before, after, 2);
  const shown = hunks.map(({ beforeLine, afterLine, lines }) => [
    beforeLine,
    afterLine,
    lines.map(({ kind, text }) => `${marks[kind]}${text}`).join(""),
  ]);
  expect(shown).toEqual([
    [1, 1, " a b-c+X d e"],
    [15, 15, " o p+q"],
  ]);
});

test("diffHunks() joins changes that are near, and has none of texts that are the same", () => {
  expect(diffHunks(letters("abcdef"), letters("aXcdYf"), 2)).toHaveLength(1);
  expect(diffHunks(letters("abc"), letters("abc"))).toEqual([]);
});

test("diffHunks() of a text that is new begins at line 0 of the old one, as diff -u has it", () => {
  expect(diffHunks([], ["a"])).toEqual([
    { beforeLine: 0, afterLine: 1, lines: [{ kind: "added", text: "a" }] },
  ]);
});
