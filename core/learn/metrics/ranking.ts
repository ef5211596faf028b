import { ascendingOrder } from "./ascending-order.ts";

/** Rows in ascending order of a score, for the area under the ROC curve. */
export interface Ranking {
  /** Row numbers, ascending by score. */
  readonly order: Int32Array;
  /** 1 where the row at this place of `order` is positive. */
  readonly positive: Uint8Array;
  /** 1 where the row at this place of `order` has another score than the next. */
  readonly lastOfTie: Uint8Array;
}

/** Sorts n_rows by score; `isPositive` says whether a row is of the class that the score speaks for. */
export function rankByScore(scores: Float32Array, isPositive: (row: number) => boolean): Ranking {
  const order = ascendingOrder(scores);
  const positive = new Uint8Array(order.length);
  const lastOfTie = new Uint8Array(order.length).fill(1);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0;
    if (isPositive(row)) positive[place] = 1;
    if (place > 0 && scores[row] === scores[order[place - 1] ?? 0]) lastOfTie[place - 1] = 0;
  }
  return { order, positive, lastOfTie };
}

/**
 * The chance that a random positive row scores above a random negative one, ties counting half.
 *
 * @returns `undefined` when the weighted rows are all positive or all negative
 * @see Fawcett (2006), An introduction to ROC analysis, section 7
 */
export function areaUnderRoc(
  { order, positive, lastOfTie }: Ranking,
  weights: Int32Array,
): number | undefined {
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  for (let place = 0; place < order.length; place++) {
    const weight = weights[order[place] ?? 0] ?? 0;
    if (positive[place] === 1) tiedPositives += weight;
    else tiedNegatives += weight;
    if (lastOfTie[place] === 0) continue;
    wins += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  return positives === 0 || negatives === 0 ? undefined : wins / (positives * negatives);
}
