import type { GrowthViews } from "./growth-views.ts";
import type { Sums } from "./split.ts";

const word = 2 ** 32;

/** What is in the bin at this address. */
export function binSums({ words, ints, rules }: GrowthViews, address: number): Sums {
  const at = address / 4;
  const high = words[at + 3] ?? 0;
  const [countShift = 0] = rules;
  const unit = 2 ** (countShift - 32);
  return {
    gradient: (ints[at + 1] ?? 0) * word + (words[at] ?? 0),
    hessian: (high % unit) * word + (words[at + 2] ?? 0),
    count: Math.floor(high / unit),
  };
}

/** What all rows of a column's histogram, at this address, add up to. */
export function histogramSums(views: GrowthViews, address: number): Sums {
  let [gradient, hessian, count] = [0, 0, 0];
  for (let bin = 0; bin < 256; bin++) {
    const sums = binSums(views, address + bin * 16);
    gradient += sums.gradient;
    hessian += sums.hessian;
    count += sums.count;
  }
  return { gradient, hessian, count };
}
