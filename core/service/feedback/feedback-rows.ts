import type { Task } from "../../features/feature-spec.ts";
import { maxRowErrors } from "../../features/pack-rows.ts";
import type { Refusal, RowError } from "../../features/row-error.ts";
import { refuseId } from "../../features/row-id.ts";
import type { Feedback } from "../../prediction-log/feedback-entry.ts";
import { idField } from "../../prediction-log/reserved-fields.ts";

export type ReadFeedback =
  | { readonly ok: true; readonly truths: readonly Feedback[] }
  /** The first `maxRowErrors`. */
  | { readonly ok: false; readonly errors: readonly RowError[] };

/** What decides how a truth is sent. */
export interface FeedbackModel {
  readonly task: Task;
  /** Of the row's id, where the log holds it: what it does not hold names no prediction in it. */
  readonly idName: string | undefined;
}

/** The fields of one truth: the id under the name that it has in requests and records, if the model has one. */
export function feedbackFields({ idName }: FeedbackModel) {
  return { id: idName === undefined ? undefined : idField(idName), known: ["request_id", "row", "truth"] };
}

/**
 * Makes the function that reads the truths of a request: which prediction, and what it really was.
 *
 * @returns a function of the parsed JSON body; it never throws, whatever the body is
 */
export function feedbackReader(model: FeedbackModel, maxRows: number): (body: unknown) => ReadFeedback {
  const refuse = refusalsOf(model);
  const { id: idName } = feedbackFields(model);
  return (body) => {
    if (!Array.isArray(body) || body.length === 0) {
      const code = Array.isArray(body) ? "range" : "type";
      return {
        ok: false,
        errors: [{ row: null, field: null, code, expected: `an array of 1 to ${maxRows} truths` }],
      };
    }
    const errors = body.flatMap((sent, row) =>
      refuse(sent).map(({ field, code, expected }) => ({ row, field, code, expected })),
    );
    if (errors.length > 0) return { ok: false, errors: errors.slice(0, maxRowErrors) };
    return { ok: true, truths: body.map((sent) => truthOf(sent, idName)) };
  };
}

type FieldRefusal = Refusal & { readonly field: string | null };

type Sent = Readonly<Record<string, unknown>>;

function refusalsOf(model: FeedbackModel): (sent: unknown) => readonly FieldRefusal[] {
  const { id, known } = feedbackFields(model);
  const names = id === undefined ? known : [id, ...known];
  const isNumber = model.task === "regression";
  return (sent) => {
    if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
      return [{ field: null, code: "type", expected: "an object" }];
    }
    const row: Sent = { ...sent };
    const unknown = Object.keys(row)
      .filter((key) => !names.includes(key))
      .map((key) => ({ field: key.slice(0, 100), code: "unknown" as const, expected: names.join(", ") }));
    return [...unknown, ...refuseTruth(row, isNumber), ...refusePrediction(row, id)];
  };
}

function refuseTruth(sent: Sent, isNumber: boolean): readonly FieldRefusal[] {
  const field = "truth";
  const expected = isNumber ? "a number" : "the class, as text that is not empty";
  const truth = sent[field];
  if (truth === undefined) return [{ field, code: "missing", expected }];
  if (truth === null) return [{ field, code: "null", expected }];
  const fits = isNumber ? Number.isFinite(truth) : typeof truth === "string" && truth !== "";
  return fits ? [] : [{ field, code: "type", expected }];
}

/** A prediction is named in one way: by the row's id, or by its request. */
function refusePrediction(sent: Sent, idName: string | undefined): readonly FieldRefusal[] {
  const field = "request_id";
  const hasId = idName !== undefined && sent[idName] !== undefined;
  if (sent[field] !== undefined) {
    return hasId
      ? [{ field, code: "unknown", expected: `either ${idName} or request_id` }]
      : refuseRequest(sent);
  }
  if (hasId) return refuseRowId(sent, idName);
  return [
    { field, code: "missing", expected: idName === undefined ? "request_id" : `${idName}, or request_id` },
  ];
}

function refuseRowId(sent: Sent, field: string): readonly FieldRefusal[] {
  const refusal = refuseId(sent[field]);
  if (refusal !== undefined) return [{ field, ...refusal }];
  return sent["row"] === undefined
    ? []
    : [{ field: "row", code: "unknown", expected: "request_id beside it" }];
}

function refuseRequest({ request_id: requestId, row }: Sent): readonly FieldRefusal[] {
  const refusals: FieldRefusal[] = [];
  if (typeof requestId !== "string" || !/^[\x21-\x7e]{1,128}$/.test(requestId)) {
    refusals.push({ field: "request_id", code: "type", expected: "the X-Request-Id of the prediction" });
  }
  if (row !== undefined && !isIndex(row)) {
    refusals.push({ field: "row", code: "type", expected: "the row of that request, from 0 on" });
  }
  return refusals;
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Of a truth that nothing is wrong with. */
function truthOf(sent: Sent, idName: string | undefined): Feedback {
  const { request_id: requestId, row, truth } = sent;
  const id = idName === undefined ? undefined : sent[idName];
  return {
    ...(typeof id === "string" || typeof id === "number" ? { id } : {}),
    ...(typeof requestId === "string"
      ? { request_id: requestId, row: typeof row === "number" ? row : 0 }
      : {}),
    truth: typeof truth === "number" ? truth : String(truth),
  };
}
