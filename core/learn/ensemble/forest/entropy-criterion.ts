import { ClassCriterion } from "./class-criterion.ts";

/**
 * Information gain, in bits. The weighted entropy of both sides is least where Σ c log c - w log w over both is largest:
 * c are the sums of the classes on a side, w is their sum.
 *
 * @see Quinlan (1986), Induction of Decision Trees
 */
export class EntropyCriterion extends ClassCriterion {
  readonly #right = new Float64Array(this.k);

  begin(): void {
    this.left.fill(0);
    this.#right.set(this.all);
    this.counts.begin();
  }

  move(bin: number): number {
    const { k, left, sums } = this;
    for (let code = 0; code < k; code++) {
      const moved = sums[bin * k + code] ?? 0;
      left[code] = (left[code] ?? 0) + moved;
      this.#right[code] = (this.#right[code] ?? 0) - moved;
    }
    return this.counts.move(bin) ? information(left) + information(this.#right) : Number.NEGATIVE_INFINITY;
  }

  improvement(score: number): number {
    return (score - information(this.all)) / this.treeRows.totalWeight;
  }
}

/** Σ c log c - w log w. */
function information(classes: Float64Array): number {
  let [sum, weight] = [0, 0];
  for (const c of classes) {
    // Weights that are no whole numbers leave a rest where nothing is.
    if (c <= 0) continue;
    sum += c * Math.log2(c);
    weight += c;
  }
  return sum - weight * Math.log2(weight);
}
