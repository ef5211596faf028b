/** Numbers texts in the order in which they first come, so that columns hold numbers. */
export class NameTable {
  private readonly numbers = new Map<string, number>();

  constructor(names: readonly string[] = []) {
    for (const name of names) this.numberOf(name);
  }

  get size(): number {
    return this.numbers.size;
  }

  /** The text's number: a new one where it was not seen before. */
  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const next = this.numbers.size;
    this.numbers.set(name, next);
    return next;
  }

  /** The text's number, where it has one. */
  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** All texts, each at its number. */
  names(): readonly string[] {
    return Array.from(this.numbers.keys());
  }
}
