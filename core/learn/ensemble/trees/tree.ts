/** A binary tree by number of node; 0 is the root. A split's two children are neighbours. */
export interface Tree {
  readonly nNodes: number;
  /** The column that a split asks for; -1 at a leaf. */
  readonly column: Int32Array;
  /** A value that is not above it goes left; float32. */
  readonly threshold: Float32Array;
  /** The left child; the right one is the next. */
  readonly left: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /**
   * Of splits by category, by node: 1 for each of the categories 0 to 254 that goes left, and at 255 for any other value.
   * Absent where there are none.
   */
  readonly categories?: ReadonlyMap<number, Uint8Array>;
  /** n_nodes × n_outputs: what a leaf adds to each output. */
  readonly values: Float64Array;
}

/** A tree that grows, in arrays with room to spare. */
export class TreeBuilder {
  #nNodes = 1;
  #column = new Int32Array(64).fill(-1);
  #threshold = new Float32Array(64);
  #left = new Int32Array(64);
  #missingLeft = new Uint8Array(64);
  #values: Float64Array<ArrayBuffer>;
  readonly #nOutputs: number;
  readonly #categories = new Map<number, Uint8Array>();

  constructor(nOutputs: number) {
    this.#nOutputs = nOutputs;
    this.#values = new Float64Array(64 * nOutputs);
  }

  /** Makes a leaf a split. @returns the number of the left child */
  split(
    node: number,
    how: {
      readonly column: number;
      readonly threshold: number;
      readonly missingLeft: boolean;
      readonly categories?: Uint8Array;
    },
  ): number {
    const left = this.#nNodes;
    this.#nNodes += 2;
    if (this.#nNodes > this.#column.length) this.#grow();
    this.#column[node] = how.column;
    this.#threshold[node] = how.threshold;
    this.#left[node] = left;
    this.#missingLeft[node] = Number(how.missingLeft);
    if (how.categories !== undefined) this.#categories.set(node, how.categories);
    return left;
  }

  /** What a leaf adds to an output. */
  setValue(node: number, value: number, output = 0): void {
    this.#values[node * this.#nOutputs + output] = value;
  }

  /** The tree as it is, in arrays of its size. */
  finish(): Tree {
    const nNodes = this.#nNodes;
    return {
      nNodes,
      column: this.#column.slice(0, nNodes),
      threshold: this.#threshold.slice(0, nNodes),
      left: this.#left.slice(0, nNodes),
      missingLeft: this.#missingLeft.slice(0, nNodes),
      values: this.#values.slice(0, nNodes * this.#nOutputs),
      ...(this.#categories.size > 0 ? { categories: this.#categories } : {}),
    };
  }

  #grow(): void {
    const size = 2 * this.#column.length;
    const column = new Int32Array(size).fill(-1);
    column.set(this.#column);
    this.#column = column;
    this.#threshold = longer(this.#threshold, new Float32Array(size));
    this.#left = longer(this.#left, new Int32Array(size));
    this.#missingLeft = longer(this.#missingLeft, new Uint8Array(size));
    this.#values = longer(this.#values, new Float64Array(size * this.#nOutputs));
  }
}

function longer<Values extends { set(from: Values): void }>(from: Values, into: Values): Values {
  into.set(from);
  return into;
}
