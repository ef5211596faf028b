import type { ModelCard } from "../model/model-card.ts";
import type { LogRecord } from "../prediction-log/log-record.ts";
import { idField } from "../prediction-log/reserved-fields.ts";
import { float32Column, float64Column, int32Column } from "./growing-column.ts";
import { maxRowsOfKey, type PredictionKeys } from "./join.ts";
import { NameTable } from "./name-table.ts";
import type { KeyTables } from "./truth-list.ts";

/** Logged predictions of one model as columns. */
export interface PredictionColumns extends PredictionKeys {
  /** Numbers of a regression; of a classification the index of the class. */
  readonly answers: Float32Array;
  /** n_predictions × n_classes in the order of the classes, where the log has all of them. */
  readonly probabilities: Float32Array | undefined;
}

/** Collects the predictions of one model as columns. */
export class PredictionList {
  private readonly tables: KeyTables;
  private readonly task: ModelCard["task"];
  private readonly classes: NameTable;
  private readonly idName: string | undefined;
  private readonly columns = {
    timeMs: float64Column(),
    request: int32Column(),
    row: int32Column(),
    id: int32Column(),
    answers: float32Column(),
  };
  private probabilities: ReturnType<typeof float32Column> | undefined;
  /** Of one row. */
  private readonly scores: Float32Array;

  constructor(tables: KeyTables, { task, classes, id_name: idName }: ModelCard) {
    this.tables = tables;
    this.task = task;
    this.classes = new NameTable(classes);
    this.idName = idName === undefined ? undefined : idField(idName);
    this.scores = new Float32Array(classes.length);
    this.probabilities = task === "classification" ? float32Column() : undefined;
  }

  /** @returns false for a record that is none of a prediction of this model, whoever wrote it */
  add({ timeMs, fields }: LogRecord): boolean {
    const { request_id: requestId, row, prediction } = fields;
    const answer = this.answerOf(prediction);
    if (answer === undefined || typeof requestId !== "string" || !isRow(row)) return false;
    const { columns, tables } = this;
    columns.timeMs.push(timeMs);
    columns.request.push(tables.requests.numberOf(requestId));
    columns.row.push(row);
    const id = idOf(fields, this.idName);
    columns.id.push(id === undefined ? -1 : tables.ids.numberOf(id));
    columns.answers.push(answer);
    this.addProbabilities(fields);
    return true;
  }

  toColumns(): PredictionColumns {
    const { timeMs, request, row, id, answers } = this.columns;
    return {
      timeMs: timeMs.toArray(),
      request: request.toArray(),
      row: row.toArray(),
      id: id.toArray(),
      answers: answers.toArray(),
      probabilities: this.probabilities?.toArray(),
    };
  }

  private answerOf(prediction: unknown): number | undefined {
    if (this.task === "regression") return typeof prediction === "number" ? prediction : undefined;
    return typeof prediction === "string" ? this.classes.find(prediction) : undefined;
  }

  /** Of one row that lacks a class, the others say nothing of those metrics either: all are let go. */
  private addProbabilities(fields: LogRecord["fields"]): void {
    if (this.probabilities === undefined) return;
    const { scores } = this;
    scores.fill(Number.NaN);
    for (let place = 1; place <= scores.length; place++) {
      const probability = fields[`proba_${place}`];
      const index = this.classes.find(String(fields[`class_${place}`]));
      if (index !== undefined && typeof probability === "number") scores[index] = probability;
    }
    if (scores.some(Number.isNaN)) this.probabilities = undefined;
    else for (const score of scores) this.probabilities.push(score);
  }
}

/** The row's id as text, where the record has one. */
export function idOf(fields: LogRecord["fields"], idName: string | undefined): string | undefined {
  const id = idName === undefined ? undefined : fields[idName];
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}

/** Whether a value of a record can be the row of a request. */
export function isRow(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < maxRowsOfKey;
}
