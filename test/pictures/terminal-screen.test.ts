import { expect, test } from "bun:test";
import { terminalScreen } from "./terminal-screen.ts";

const esc = "\u001b[";
const plain = { bold: false, dim: false };

test("terminalScreen() shows a line as it was drawn last, in the colours that it has then", () => {
  // A step that runs, then is done: mlt draws it twice on one line.
  const output = `${esc}36m…${esc}39m Load data\r${esc}K${esc}32m✓${esc}39m Load ${esc}2m0.1 s${esc}22m\r\nend\r\n`;
  expect(terminalScreen(output)).toEqual([
    [
      { ...plain, colour: "green", column: 0, text: "✓" },
      { ...plain, column: 1, text: " Load " },
      { bold: false, dim: true, column: 7, text: "0.1 s" },
    ],
    [{ ...plain, column: 0, text: "end" }],
  ]);
});

test("terminalScreen() goes up, and erases what is below", () => {
  const shown = terminalScreen(`first\r\na\r\nbcd\r\n${esc}2A${esc}Jx\r\n`);
  expect(shown.map((runs) => runs.map(({ text }) => text).join(""))).toEqual(["first", "x"]);
});

test("terminalScreen() refuses what it does not know", () => {
  expect(() => terminalScreen(`${esc}5B`)).toThrow("Unknown escape sequence CSI 5 B");
});
