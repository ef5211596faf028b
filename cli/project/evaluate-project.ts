import { writeFile } from "node:fs/promises";
import { readModel } from "../../adapters/model-store.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { EvaluationResult } from "../../core/evaluation/evaluate-live.ts";
import type { MetricBound } from "../../core/model/gates.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { EvaluationData } from "../../core/report/evaluation/evaluation-data.ts";
import { renderEvaluation } from "../../core/report/evaluation/render-evaluation.ts";
import { parseBounds } from "../metric-bounds.ts";
import { evaluateData } from "./evaluate-data.ts";
import { evaluateLogged, type LogEvaluation } from "./evaluate-log.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";

/** What a model is evaluated on: a file of labelled rows, or the log. */
export type EvaluatedRows = { readonly data: string } | { readonly log: LogEvaluation };

export interface ProjectEvaluation {
  readonly card: ModelCard;
  readonly result: EvaluationResult;
  readonly bounds: readonly MetricBound[];
}

/** Evaluates the model in model_bin. @throws {MltError} when there is none, or the rows are wrong */
export async function evaluateProject(
  project: Project,
  rows: EvaluatedRows,
  minMetric: string | undefined,
): Promise<ProjectEvaluation> {
  if ("log" in rows) {
    const { card } = await readModel(project.modelDir);
    const bounds = parseBounds(minMetric, card.task);
    return { card, bounds, result: await evaluateLogged(project, card, rows.log) };
  }
  const predictor = await loadModel(project.modelDir);
  try {
    const { card } = predictor;
    const bounds = parseBounds(minMetric, card.task);
    return { card, bounds, result: await evaluateData(predictor, rows.data) };
  } finally {
    await predictor.close();
  }
}

/** Writes the report's page. */
export async function writeEvaluation(path: string, data: EvaluationData): Promise<void> {
  try {
    await writeFile(path, renderEvaluation(data));
  } catch (cause) {
    throw new MltError(
      `Cannot write the report to "${path}": ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "Check that the folder exists, is writable and has room.",
        exitCode: ExitCode.external,
        cause,
      },
    );
  }
}
