import type { Columns } from "../features/columns.ts";

/** Rows times the longest text of one of them: a graph that takes texts apart makes them all as long as the longest. */
const mostCharacters = 2 ** 21;

/**
 * The rows in as many parts as keep the memory of a run within bounds, whatever texts are among them.
 * Of numbers, and of texts as short as categories are, that is all rows at once for any request.
 */
export function textBatches(columns: Columns, most = mostCharacters): readonly Columns[] {
  const texts = [...columns.values.values()].flatMap((values) =>
    values instanceof Float32Array ? [] : [values],
  );
  if (columns.nRows <= 1 || texts.length === 0) return [columns];
  const batches: Columns[] = [];
  let start = 0;
  let longest = 1;
  for (let row = 0; row < columns.nRows; row++) {
    const length = texts.reduce((sum, values) => sum + (values[row]?.length ?? 0), 1);
    if (row > start && Math.max(longest, length) * (row - start + 1) > most) {
      batches.push(rowsOf(columns, start, row));
      start = row;
      longest = 1;
    }
    longest = Math.max(longest, length);
  }
  return start === 0 ? [columns] : [...batches, rowsOf(columns, start, columns.nRows)];
}

function rowsOf({ nRows, values }: Columns, from: number, to: number): Columns {
  const part = Array.from(values, ([name, column]) => {
    const width = column.length / nRows;
    const [first, end] = [from * width, to * width];
    return [
      name,
      column instanceof Float32Array ? column.subarray(first, end) : column.slice(first, end),
    ] as const;
  });
  return { nRows: to - from, values: new Map<string, Float32Array | readonly string[]>(part) };
}
