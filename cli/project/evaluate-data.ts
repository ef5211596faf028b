import { readDataFile } from "../../adapters/polars/data-files.ts";
import { type EvaluationResult, evaluateRows } from "../../core/evaluation/evaluate-live.ts";
import { columnOf, truthReader } from "../../core/evaluation/read-truths.ts";
import type { Columns } from "../../core/features/columns.ts";
import { readFrame } from "../../core/features/read-frame.ts";
import { takeRows } from "../../core/features/rows.ts";
import { evaluationOf } from "../../core/model/evaluate.ts";
import { toPredictions } from "../../core/model/predictions.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { driftCounter } from "../../core/prediction-log/drift/drift-counter.ts";
import { driftTable } from "../../core/prediction-log/drift/drift-table.ts";
import { inChunks, refuseEmpty } from "./predict-file.ts";

/** Predicts the rows of a data file that have a truth, and scores what the model says of them. */
export async function evaluateData(predictor: Predictor, path: string): Promise<EvaluationResult> {
  const { card } = predictor;
  const frame = await readDataFile(path, card.features);
  refuseEmpty(path, frame.height);
  const file = { frame, name: path, card };
  const truthAt = truthReader(file, columnOf(file, card.target));
  const truths = Array.from({ length: frame.height }, (_, row) => truthAt(row));
  const known = Int32Array.from(truths.keys()).filter((row) => truths[row] !== undefined);
  const all = readFrame(frame, card.features, `"${path}"`);
  const columns = known.length === all.nRows ? all : takeRows(all, known);
  const scores = await scoresOf(predictor, columns);
  const counter = driftCounter(card);
  counter.add(columns, scores);
  const evaluation = evaluationOf(
    toPredictions(card.task, card.classes, scores),
    Array.from(known, (row) => truths[row]),
    card.classes,
  );
  const result = evaluateRows(card, evaluation, driftTable(card, counter.counts()));
  const lacking = frame.height - known.length;
  const warning = `${lacking} of ${frame.height} rows have no ${card.target}, and were passed over.`;
  return lacking === 0 ? result : { ...result, warnings: [warning, ...result.warnings] };
}

async function scoresOf(predictor: Predictor, columns: Columns): Promise<Float32Array> {
  const scores = new Float32Array(columns.nRows * Math.max(1, predictor.card.classes.length));
  let at = 0;
  for (const rows of inChunks(columns)) {
    const chunk = await predictor.score(rows);
    scores.set(chunk, at);
    at += chunk.length;
  }
  return scores;
}
