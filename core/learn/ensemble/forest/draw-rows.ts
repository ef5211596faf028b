import type { TreeRows } from "./tree-rows.ts";

export interface DrawOptions {
  readonly targets: Int32Array | Float64Array;
  /** Undefined when every row weighs 1. */
  readonly weights: Float64Array | undefined;
  /** How many rows are drawn, with replacement; without it a tree learns from every row once. */
  readonly draws: number | undefined;
  readonly random: () => number;
}

/** The rows that a tree learns from: what was drawn several times is one row of several times the weight. */
export function drawRows({ targets, weights, draws, random }: DrawOptions): TreeRows {
  const nRows = targets.length;
  const times = new Int32Array(nRows);
  if (draws === undefined) times.fill(1);
  else {
    for (let draw = 0; draw < draws; draw++) {
      const row = Math.floor(random() * nRows);
      times[row] = (times[row] ?? 0) + 1;
    }
  }
  return rowsOf(times, targets, weights);
}

function rowsOf(
  times: Int32Array,
  targets: Int32Array | Float64Array,
  weights: Float64Array | undefined,
): TreeRows {
  let count = 0;
  for (let row = 0; row < times.length; row++) if ((times[row] ?? 0) > 0) count++;
  const drawn = {
    rows: new Int32Array(count),
    weights: new Float64Array(count),
    targets: targets instanceof Int32Array ? new Int32Array(count) : new Float64Array(count),
  };
  let totalWeight = 0;
  for (let row = 0, index = 0; row < times.length; row++) {
    if (times[row] === 0) continue;
    const weight = (times[row] ?? 0) * (weights?.[row] ?? 1);
    drawn.rows[index] = row;
    drawn.weights[index] = weight;
    drawn.targets[index] = targets[row] ?? 0;
    totalWeight += weight;
    index++;
  }
  return { ...drawn, totalWeight };
}
