/** How a piece of text looks on a terminal. */
interface TerminalStyle {
  readonly bold: boolean;
  readonly dim: boolean;
  /** Absent: the colour of the terminal. */
  readonly colour?: "red" | "green" | "yellow" | "cyan";
}

/** Text of one style in a line, from a column on. */
export interface TerminalRun extends TerminalStyle {
  readonly column: number;
  readonly text: string;
}

interface Cell {
  readonly character: string;
  readonly style: TerminalStyle;
}

const plain: TerminalStyle = { bold: false, dim: false };

const changes: Readonly<Record<string, Partial<TerminalStyle>>> = {
  0: plain,
  1: { bold: true },
  2: { dim: true },
  22: { bold: false, dim: false },
  31: { colour: "red" },
  32: { colour: "green" },
  33: { colour: "yellow" },
  36: { colour: "cyan" },
};

/**
 * What a terminal shows in the end of all that a program wrote: the runs of each line. It knows what mlt writes: styles,
 * the return to the beginning of a line, the way up, and what erases the rest of a line or of the screen.
 *
 * @throws {RangeError} for an escape sequence that it does not know
 */
export function terminalScreen(output: string): readonly (readonly TerminalRun[])[] {
  const lines: Cell[][] = [];
  const at = { line: 0, column: 0, style: plain };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told.
  for (const [piece, number = "", order] of output.matchAll(/\x1b\[(\d*)([A-Za-z])|./gsu)) {
    lines[at.line] ??= [];
    if (order !== undefined) obey({ order, number }, at, lines);
    else if (piece === "\r") at.column = 0;
    else if (piece === "\n") at.line++;
    else (lines[at.line] ?? [])[at.column++] = { character: piece, style: at.style };
  }
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines.map(runsOf);
}

function obey(
  { order, number }: { readonly order: string; readonly number: string },
  at: { line: number; readonly column: number; style: TerminalStyle },
  lines: Cell[][],
): void {
  const change = changes[number === "" ? "0" : number];
  if (order === "A") at.line -= Number(number);
  else if (order === "K") lines[at.line]?.splice(at.column);
  else if (order === "J") {
    lines[at.line]?.splice(at.column);
    lines.splice(at.line + 1);
  } else if (order === "m" && number === "39") at.style = { bold: at.style.bold, dim: at.style.dim };
  else if (order === "m" && change !== undefined)
    at.style = number === "0" ? plain : { ...at.style, ...change };
  else throw new RangeError(`Unknown escape sequence CSI ${number} ${order}`);
}

/** Neighbours of one style together. A cell that nothing was written to is a blank. */
function runsOf(cells: readonly (Cell | undefined)[]): readonly TerminalRun[] {
  const runs: TerminalRun[] = [];
  for (const [column, cell] of [...cells].entries()) {
    const { character, style } = cell ?? { character: " ", style: plain };
    const last = runs.at(-1);
    if (last !== undefined && isSame(last, style))
      runs[runs.length - 1] = { ...last, text: last.text + character };
    else runs.push({ ...style, column, text: character });
  }
  return runs;
}

function isSame(one: TerminalStyle, other: TerminalStyle): boolean {
  return one.bold === other.bold && one.dim === other.dim && one.colour === other.colour;
}
