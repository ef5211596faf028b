/** Rows that are taken one behind another: so many that copying them takes no longer than reading them. */
const runRows = 8;

/** About one of so many rows of a row-major array, eight in a row from all over it, behind one another. */
export function someRows(values: Float64Array | Int32Array, width: number, oneOf: number): Float64Array {
  const nRows = values.length / width;
  const runs = Array.from({ length: Math.ceil(nRows / (runRows * oneOf)) }, (_, run) => {
    const start = run * runRows * oneOf;
    return values.subarray(start * width, Math.min(nRows, start + runRows) * width);
  });
  const picked = new Float64Array(runs.reduce((sum, run) => sum + run.length, 0));
  let end = 0;
  for (const run of runs) {
    picked.set(run, end);
    end += run.length;
  }
  return picked;
}
