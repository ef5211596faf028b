/** A line of one text or the other, or of both. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Lines that changed, with a few around them: one place of two texts. */
export interface DiffHunk {
  /** Number of its first line in each text, from 1; where it has no line of a text, that of the line before. */
  readonly beforeLine: number;
  readonly afterLine: number;
  readonly lines: readonly DiffLine[];
}

/** The places where two texts differ, each with up to `context` lines of both around it. */
export function diffHunks(
  before: readonly string[],
  after: readonly string[],
  context = 3,
): readonly DiffHunk[] {
  const lines = diffLines(before, after);
  const shown = lines.map(() => false);
  for (const [at, { kind }] of lines.entries()) {
    if (kind !== "same") shown.fill(true, Math.max(0, at - context), at + context + 1);
  }
  const hunks: DiffHunk[] = [];
  for (let start = shown.indexOf(true); start !== -1; ) {
    const end = shown.indexOf(false, start);
    const stop = end === -1 ? lines.length : end;
    hunks.push(hunkAt(lines, start, stop));
    start = shown.indexOf(true, stop);
  }
  return hunks;
}

function hunkAt(lines: readonly DiffLine[], start: number, end: number): DiffHunk {
  const [above, own] = [lines.slice(0, start), lines.slice(start, end)];
  const firstLine = (other: DiffLine["kind"]) => {
    const isThere = ({ kind }: DiffLine) => kind !== other;
    return above.filter(isThere).length + (own.some(isThere) ? 1 : 0);
  };
  return { beforeLine: firstLine("added"), afterLine: firstLine("removed"), lines: own };
}

/**
 * The lines of two texts, with as many as possible in common: their longest common subsequence.
 *
 * @see Wagner & Fischer, The String-to-String Correction Problem, Journal of the ACM 21 (1974)
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const nCommon = commonTable(before, after);
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const kind = nextKind(before, after, row, column, nCommon);
    const text = (kind === "added" ? after[column] : before[row]) ?? "";
    lines.push({ kind, text });
    if (kind !== "added") row++;
    if (kind !== "removed") column++;
  }
  return lines;
}

type Common = (row: number, column: number) => number;

function nextKind(
  before: readonly string[],
  after: readonly string[],
  row: number,
  column: number,
  nCommon: Common,
): DiffLine["kind"] {
  if (row === before.length) return "added";
  if (column === after.length) return "removed";
  if (before[row] === after[column]) return "same";
  return nCommon(row + 1, column) >= nCommon(row, column + 1) ? "removed" : "added";
}

/** How many lines the two have in common from these on. */
function commonTable(before: readonly string[], after: readonly string[]): Common {
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  const at: Common = (row, column) => table[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      table[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  return at;
}
