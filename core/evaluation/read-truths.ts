import { MltError } from "../errors.ts";
import type { Frame } from "../learn/frame.ts";
import type { ModelCard } from "../model/model-card.ts";
import { nearest } from "../nearest.ts";
import { idField } from "../prediction-log/reserved-fields.ts";
import { isRow } from "./prediction-list.ts";
import type { Truth } from "./truth-list.ts";

export interface TruthFile {
  readonly frame: Frame;
  /** How the file is called in an error. */
  readonly name: string;
  readonly card: Pick<ModelCard, "task" | "target" | "id_name">;
  /** Whether `logging.drop` leaves the id out of the log. */
  readonly idIsDropped: boolean;
  /** Makes of an id what the log has of it. */
  readonly idText: (id: string) => string;
}

/**
 * Hands over the truths of a file: a column of the target, and one of the id, or `request_id` with `row` (else 0). A row that has
 * both is taken by its request. They count as told after all that is in the log.
 *
 * @returns how many rows were passed over, since they lack a truth or name no prediction
 * @throws {MltError} when a column is missing, or a value is none
 */
export function readTruths(file: TruthFile, add: (truth: Truth) => void): number {
  const { frame, card } = file;
  const truthAt = truthReader(file, columnOf(file, card.target));
  const nameAt = nameReader(file);
  let passedOver = 0;
  for (let row = 0; row < frame.height; row++) {
    const truth = truthAt(row);
    const name = nameAt(row);
    if (truth === undefined || name === undefined) passedOver++;
    else add({ ...name, truth, timeMs: Number.POSITIVE_INFINITY });
  }
  return passedOver;
}

/** The class as text, or the number; `undefined` where there is none. @throws {MltError} for a text that is no number */
export function truthReader(
  { name, card }: Pick<TruthFile, "name" | "card">,
  column: readonly unknown[],
): (row: number) => string | number | undefined {
  return (row) => {
    const text = textOf(column[row]);
    if (text === undefined || card.task === "classification") return text;
    const number = Number(text);
    if (Number.isFinite(number) && text.trim() !== "") return number;
    throw new MltError(`The column "${card.target}" of "${name}" is not a finite number in row ${row + 1}`, {
      hint: "Mend that row, or take it out.",
    });
  };
}

/** The values of the target's column. @throws {MltError} when there is none */
export function columnOf(
  { frame, name }: Pick<TruthFile, "frame" | "name">,
  column: string,
): readonly unknown[] {
  if (frame.columns.includes(column)) return frame.getColumn(column).toArray();
  const guess = nearest(column, frame.columns);
  throw new MltError(`"${name}" has no column "${column}", the target of the model`, {
    hint:
      guess === undefined
        ? `It has the columns ${frame.columns.join(", ")}: give one of them that name.`
        : `Rename its column "${guess}", if that is the one.`,
  });
}

type PredictionName = Pick<Truth, "id" | "requestId" | "row">;

function nameReader(file: TruthFile): (row: number) => PredictionName | undefined {
  const { frame, card, idIsDropped, idText } = file;
  const has = (column: string) => frame.columns.includes(column);
  const values = (column: string) => (has(column) ? frame.getColumn(column).toArray() : []);
  const idColumn = card.id_name === undefined || idIsDropped ? undefined : idField(card.id_name);
  if (!has("request_id") && (idColumn === undefined || !has(idColumn))) throw namesNothing(file);
  const [requests, rows, ids] = [
    values("request_id"),
    values("row"),
    idColumn === undefined ? [] : values(idColumn),
  ];
  return (at) => {
    const requestId = textOf(requests[at]);
    if (requestId !== undefined) return { requestId, row: requestRow(file, textOf(rows[at]), at) };
    const id = textOf(ids[at]);
    return id === undefined ? undefined : { id: idText(id) };
  };
}

function requestRow({ name }: TruthFile, text: string | undefined, at: number): number {
  const row = Number(text ?? 0);
  if (isRow(row)) return row;
  throw new MltError(`The column "row" of "${name}" is no row of a request in row ${at + 1}`, {
    hint: "Write whole numbers from 0 on: the place of the prediction in its request.",
  });
}

function namesNothing({ name, card: { id_name: idName }, idIsDropped }: TruthFile): MltError {
  const byRequest =
    "Add the column request_id (the X-Request-Id of the prediction) and, for requests of several rows, row.";
  if (idName === undefined) {
    return new MltError(`"${name}" has no column "request_id", and the model has no id`, { hint: byRequest });
  }
  if (idIsDropped) {
    return new MltError(
      `"${name}" has no column "request_id", and logging.drop leaves the id out of the log`,
      {
        hint: byRequest,
      },
    );
  }
  return new MltError(
    `"${name}" has no column "${idField(idName)}" and none "request_id": it names no prediction`,
    {
      hint: `Add the column ${idField(idName)}, with the ids that the predictions were asked for with.`,
    },
  );
}

/** Of numbers and texts alike: an id that a CSV has as text may be a number in the log. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === "" || Number.isNaN(value)) return undefined;
  return String(value);
}
