import { readDataFile, withColumns } from "../../adapters/polars/data-files.ts";
import { MltError } from "../../core/errors.ts";
import type { Columns } from "../../core/features/columns.ts";
import { readFrame } from "../../core/features/read-frame.ts";
import { takeRows } from "../../core/features/rows.ts";
import { shortestFloat32 } from "../../core/features/shortest-float32.ts";
import type { Predictions } from "../../core/model/predictions.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { progressBar } from "../output.ts";

const chunkRows = 10_000;

/** Predicts every row of a data file. @returns its rows with the predictions behind them */
export async function predictFile(predictor: Predictor, path: string) {
  const { card } = predictor;
  const frame = await readDataFile(path, card.features);
  refuseEmpty(path, frame.height);
  const added = predictionNames(predictor);
  const taken = added.find((name) => frame.columns.includes(name));
  if (taken !== undefined) {
    throw new MltError(`"${path}" has a column "${taken}" already`, { hint: "Rename or drop that column." });
  }
  return await withColumns(
    frame,
    await predictColumns(predictor, readFrame(frame, card.features, `"${path}"`)),
  );
}

/** @throws {MltError} when a data file has no rows */
export function refuseEmpty(path: string, rows: number): void {
  if (rows === 0) throw new MltError(`"${path}" holds no rows`, { hint: "Give it at least one." });
}

function predictionNames({ card }: Predictor): string[] {
  if (card.task === "regression") return ["prediction"];
  return ["class_name", ...card.classes.map((label) => `proba_${label}`)];
}

async function predictColumns(predictor: Predictor, columns: Columns) {
  const names = predictionNames(predictor);
  const predicted = new Map<string, (string | number)[]>(names.map((name) => [name, []]));
  for (const rows of inChunks(columns)) {
    const chunk = byColumn(await predictor.predict(rows), names.length - 1);
    for (const [index, name] of names.entries()) {
      for (const value of chunk[index] ?? []) predicted.get(name)?.push(value);
    }
  }
  return predicted;
}

/** Rows in chunks: progress shows, and the graph's own memory stays that of one chunk. */
export function* inChunks(columns: Columns): Generator<Columns, void> {
  const progress = progressBar(columns.nRows);
  for (let start = 0; start < columns.nRows; start += chunkRows) {
    const size = Math.min(chunkRows, columns.nRows - start);
    yield takeRows(
      columns,
      Int32Array.from({ length: size }, (_, index) => start + index),
    );
    progress.advance(size);
  }
  progress.done();
}

/** In the order of `predictionNames`. */
function byColumn(predictions: Predictions, nClasses: number): (readonly (string | number)[])[] {
  if (predictions.task === "regression") return [Array.from(predictions.values, shortestFloat32)];
  const { labels, probabilities } = predictions;
  const probabilityOf = (column: number) =>
    labels.map((_, row) => shortestFloat32(probabilities[row * nClasses + column] ?? Number.NaN));
  return [labels, ...Array.from({ length: nClasses }, (_, column) => probabilityOf(column))];
}
