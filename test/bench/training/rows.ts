import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../core/learn/random.ts";

/** Columns of the rows that models are timed on. */
export const nColumns = 28;
const nTestRows = 20_000;
const chunkRows = 10_000;

/**
 * Writes rows to learn from and 20,000 to score: float64 row after row in train.f64 and test.f64, classes in train.u8 and test.u8.
 * 28 normal columns, of which eleven decide, by sums, products and thresholds; the best possible AUC is about 0.9.
 */
export function writeRows(folder: string, nRows: number): void {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(7);
  writePart(folder, "test", nTestRows, random);
  writePart(folder, "train", nRows, random);
}

function writePart(folder: string, part: string, nRows: number, random: () => number): void {
  const [values, classes] = ["f64", "u8"].map((type) => openSync(join(folder, `${part}.${type}`), "w"));
  if (values === undefined || classes === undefined) throw new RangeError("Two files were opened");
  for (let start = 0; start < nRows; start += chunkRows) {
    const rows = Math.min(chunkRows, nRows - start);
    const data = new Float64Array(rows * nColumns);
    for (let at = 0; at < data.length; at++) data[at] = Math.fround(normal(random));
    writeSync(values, new Uint8Array(data.buffer));
    writeSync(
      classes,
      Uint8Array.from({ length: rows }, (_, row) => classOf(data.subarray(row * nColumns), random)),
    );
  }
  closeSync(values);
  closeSync(classes);
}

/** @see Box & Muller (1958) */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function classOf(row: Float64Array, random: () => number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0] = row;
  const smooth = 1.8 * a * b + 1.5 * Math.sin(2 * c) + 1.2 * Math.abs(d) + 0.75 * g + 0.45 * k * k - 1.35;
  const stepped = 1.5 * e * (f > 0 ? 1 : -0.5) - (j > 0 ? 0.6 * h * i : 0);
  const logOdds = smooth + stepped;
  return Number(random() < 1 / (1 + Math.exp(-logOdds)));
}
