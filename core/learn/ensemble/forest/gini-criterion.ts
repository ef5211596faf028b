import { ClassCriterion } from "./class-criterion.ts";

/**
 * Gini impurity. Its weighted sum over both sides is least where Σ c²/w over both sides is largest: c are the sums of the
 * classes on a side, w is their sum.
 *
 * @see Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, §4.1
 */
export class GiniCriterion extends ClassCriterion {
  #squares = 0;
  #squaresLeft = 0;
  #squaresRight = 0;
  #weightLeft = 0;

  override enter(start: number, end: number): boolean {
    const differs = super.enter(start, end);
    this.#squares = 0;
    for (const c of this.all) this.#squares += c * c;
    return differs;
  }

  begin(): void {
    for (let code = 0; code < this.k; code++) this.left[code] = 0;
    this.counts.begin();
    this.#squaresLeft = 0;
    this.#squaresRight = this.#squares;
    this.#weightLeft = 0;
  }

  move(bin: number): number {
    const { k, all, left, sums } = this;
    for (let code = 0, at = bin * k; code < k; code++, at++) {
      const moved = sums[at] ?? 0;
      if (moved === 0) continue;
      const before = left[code] ?? 0;
      // (a + m)² - a² on the left, and b² - (b - m)² on the right.
      this.#squaresLeft += moved * (2 * before + moved);
      this.#squaresRight -= moved * (2 * ((all[code] ?? 0) - before) - moved);
      this.#weightLeft += moved;
      left[code] = before + moved;
    }
    return this.counts.move(bin)
      ? this.#squaresLeft / this.#weightLeft + this.#squaresRight / (this.weight - this.#weightLeft)
      : Number.NEGATIVE_INFINITY;
  }

  improvement(score: number): number {
    return (score - this.#squares / this.weight) / this.treeRows.totalWeight;
  }
}
