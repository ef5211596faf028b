import { expect, test } from "bun:test";
import { Readable } from "node:stream";
import { eachLine } from "../../../adapters/train-program/each-line.ts";

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  await eachLine(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (line) => lines.push(line));
  return lines;
}

test("eachLine() ends a line at a newline, a carriage return or both, wherever the chunks end", async () => {
  expect(await linesOf("a\nb\r\nc\r", "\nd\r10 %\r", "20 %\n\ne")).toEqual([
    "a",
    "b",
    "c",
    "d",
    "10 %",
    "20 %",
    "",
    "e",
  ]);
});

test("eachLine() joins a character that two chunks share", async () => {
  const [first, second] = [Buffer.from("ü").subarray(0, 1), Buffer.from("ü").subarray(1)];
  expect(await linesOf(first, second)).toEqual(["ü"]);
});

test("eachLine() cuts a line that does not end, and goes on behind it", async () => {
  const long = "x".repeat(3_000);
  expect(await linesOf(long, long, long, "\nshort\n")).toEqual([`${"x".repeat(4_096)}…`, "short"]);
});
