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

/** Areas under the curves of weighted rows, by score. */
export interface RankedAreas {
  /** The chance that a random positive row scores above a random negative one, ties counting half. */
  readonly roc: number;
  /** Precision at each distinct score, weighted by the recall that it gains. */
  readonly averagePrecision: number;
}

/**
 * The area under the ROC curve, and the average precision.
 *
 * @param weights  how often each row counts
 * @returns `undefined` when the weighted rows are all positive or all negative
 * @see Fawcett (2006), An introduction to ROC analysis, section 7; scikit-learn's average_precision_score
 */
export function rankedAreas(
  { order, positive, lastOfTie }: Ranking,
  weights: Int32Array,
): RankedAreas | undefined {
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  let precision = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  // From the highest score down, where each tie ends with its first place.
  for (let place = order.length - 1; place >= 0; place--) {
    const weight = weights[order[place] ?? 0] ?? 0;
    if (positive[place] === 1) tiedPositives += weight;
    else tiedNegatives += weight;
    if (place > 0 && lastOfTie[place - 1] === 0) continue;
    wins += tiedNegatives * (positives + tiedPositives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    if (tiedPositives > 0) precision += (tiedPositives * positives) / (positives + negatives);
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  if (positives === 0 || negatives === 0) return undefined;
  return { roc: wins / (positives * negatives), averagePrecision: precision / positives };
}
