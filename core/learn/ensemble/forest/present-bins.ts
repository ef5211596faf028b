const nBins = 256;

/** Bins that rows of a node fall into, in order: most nodes are small, and to look at all 256 would cost more than their rows. */
export interface PresentBins {
  /** 256 bits, set as rows are counted. */
  readonly marks: Int32Array;
  /** The bins that were marked, ascending, after `list`. */
  readonly bins: Uint8Array;
  /** Lists what was marked, and clears the marks. @returns how many */
  list(): number;
}

export function presentBins(): PresentBins {
  const marks = new Int32Array(nBins / 32);
  const bins = new Uint8Array(nBins);
  return {
    marks,
    bins,
    list() {
      let count = 0;
      for (let word = 0; word < marks.length; word++) {
        let bits = marks[word] ?? 0;
        marks[word] = 0;
        while (bits !== 0) {
          bins[count++] = word * 32 + 31 - Math.clz32(bits & -bits);
          bits &= bits - 1;
        }
      }
      return count;
    },
  };
}
