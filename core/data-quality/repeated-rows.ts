import type { Split } from "../learn/split/split.ts";

/** Rows whose features and target are those of another. */
export interface RepeatedRows {
  /** Rows that repeat one before them. */
  readonly repeated: number;
  /** Rows held out that also stand among the rows to learn from. */
  readonly heldOutLearned: number;
}

/**
 * Counts rows that are equal in all columns.
 *
 * @param columns  of n_rows each; NaN equals NaN, and 0 equals -0
 */
export function repeatedRows(columns: readonly Float32Array[], { train, test }: Split): RepeatedRows {
  const nRows = train.length + test.length;
  const table = new RowTable(columns, nRows);
  let repeated = 0;
  for (const row of train) if (!table.add(row)) repeated += 1;
  let heldOutLearned = 0;
  for (const row of test) if (table.has(row)) heldOutLearned += 1;
  for (const row of test) if (!table.add(row)) repeated += 1;
  return { repeated, heldOutLearned };
}

/** A hash table of row numbers, with open addresses. */
class RowTable {
  private readonly words: readonly Uint32Array[];
  private readonly hashes: Uint32Array;
  private readonly slots: Int32Array;
  private readonly mask: number;

  constructor(columns: readonly Float32Array[], nRows: number) {
    this.words = columns.map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length));
    this.hashes = hashRows(this.words);
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * nRows)));
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
  }

  has(row: number): boolean {
    return (this.slots[this.slotOf(row)] ?? -1) !== -1;
  }

  /** @returns whether there was no such row yet */
  add(row: number): boolean {
    const slot = this.slotOf(row);
    if (this.slots[slot] !== -1) return false;
    this.slots[slot] = row;
    return true;
  }

  /** Where a row equal to this is, or would be. */
  private slotOf(row: number): number {
    const hash = this.hashes[row] ?? 0;
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const other = this.slots[slot] ?? -1;
      if (other === -1 || (this.hashes[other] === hash && this.equals(row, other))) return slot;
    }
  }

  private equals(a: number, b: number): boolean {
    for (const words of this.words) {
      const [left = 0, right = 0] = [words[a], words[b]];
      if (left !== right && canonical(left) !== canonical(right)) return false;
    }
    return true;
  }
}

/** @see Appleby, MurmurHash3 (2011) */
function hashRows(columns: readonly Uint32Array[]): Uint32Array {
  const hashes = new Uint32Array(columns[0]?.length ?? 0);
  for (const words of columns) {
    for (let row = 0; row < words.length; row++) {
      let word = Math.imul(canonical(words[row] ?? 0), 0xcc9e2d51);
      word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
      const mixed = (hashes[row] ?? 0) ^ word;
      hashes[row] = Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64;
    }
  }
  for (let row = 0; row < hashes.length; row++) {
    let hash = hashes[row] ?? 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hashes[row] = hash ^ (hash >>> 16);
  }
  return hashes;
}

/** The bits of a float32, those of one zero and of one NaN for all. */
function canonical(word: number): number {
  if (word === 0x80000000) return 0;
  return (word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word;
}
