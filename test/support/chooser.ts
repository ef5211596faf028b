import { permutation, seededRandom } from "../../core/learn/random.ts";

/** Choices that depend on nothing but the seed. */
export interface Chooser {
  /** A whole number from 0 to n - 1. */
  below(n: number): number;
  /** One of them. */
  of<Choice>(choices: readonly [Choice, ...Choice[]]): Choice;
  /** True, so often in a hundred. */
  percent(share: number): boolean;
  /** The same in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

export function chooser(seed: number): Chooser {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  return {
    below,
    of: (choices) => choices[below(choices.length)] ?? choices[0],
    percent: (share) => random() * 100 < share,
    shuffled: (items) =>
      Array.from(permutation(items.length, random)).flatMap((at) => items.slice(at, at + 1)),
  };
}
