import type { ModelCard } from "../model/model-card.ts";
import type { DriftRow } from "../prediction-log/drift/drift-table.ts";
import type { LogRecord } from "../prediction-log/log-record.ts";
import { idField } from "../prediction-log/reserved-fields.ts";
import { type Joined, joinTruths } from "./join.ts";
import { LiveDrift } from "./live-drift.ts";
import { NameTable } from "./name-table.ts";
import { idOf, isRow, type PredictionColumns, PredictionList } from "./prediction-list.ts";
import { type Truth, TruthList, type Truths } from "./truth-list.ts";

export interface LiveLogOptions {
  /** The model whose predictions are looked at; those of others are counted. */
  readonly card: ModelCard;
  /** Features, and the id, of which the log has hashes. */
  readonly hashed: ReadonlySet<string>;
  /** Predictions from then on are passed over, truths are not: they come later than what they are of. */
  readonly untilMs: number;
}

/** Predictions of another model in the same log. */
export interface OtherModel {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly predictions: number;
}

/** All that a log and a file of truths say of one model. */
export interface LiveLog {
  readonly predictions: PredictionColumns;
  readonly truths: Truths;
  readonly joined: Joined;
  /** Predictions of an id that was predicted again later: a row counts once. */
  readonly repeated: number;
  /** Of the truths without a prediction, those that another model has predicted. */
  readonly truthsOfOthers: number;
  readonly others: readonly OtherModel[];
  /** Records that are not as mlt writes them. */
  readonly unreadable: number;
  readonly drift: readonly DriftRow[];
}

/** Takes records and truths one after the other, in any order, and keeps columns of them. */
export class LiveLogReader {
  private readonly options: LiveLogOptions;
  private readonly tables = { requests: new NameTable(), ids: new NameTable() };
  private readonly predictions: PredictionList;
  private readonly truths: TruthList;
  private readonly drift: LiveDrift;
  private readonly others = new Map<string, { name: string; version: string; predictions: number }>();
  private readonly idsOfOthers = new Set<number>();
  private readonly requestsOfOthers = new Set<number>();
  private unreadable = 0;

  constructor(options: LiveLogOptions) {
    const { card, hashed } = options;
    this.options = options;
    this.predictions = new PredictionList(this.tables, card);
    this.truths = new TruthList(this.tables, card.classes);
    this.drift = new LiveDrift(card, hashed);
  }

  addRecord(record: LogRecord): void {
    const { card, untilMs } = this.options;
    if (record.event === "feedback") this.addFeedback(record);
    else if (record.timeMs < untilMs) {
      if (record.fields["model_id"] !== card.id) this.addOther(record);
      else if (this.predictions.add(record)) this.drift.add(record.fields);
      else this.unreadable++;
    }
  }

  addTruth(truth: Truth): void {
    this.truths.add(truth);
  }

  finish(): LiveLog {
    const predictions = this.predictions.toColumns();
    const truths = this.truths.toColumns();
    const joined = joinTruths(predictions, truths, this.tables.ids.size);
    return {
      predictions,
      truths,
      joined,
      repeated: repeatedIds(predictions.id, this.tables.ids.size),
      truthsOfOthers: joined.unmatched.filter((truth) => this.isOfOthers(truths, truth)).length,
      others: Array.from(this.others, ([id, other]) => ({ id, ...other })),
      unreadable: this.unreadable,
      drift: this.drift.table(),
    };
  }

  private addFeedback({ fields, timeMs }: LogRecord): void {
    const { card } = this.options;
    // Another model's log may lie in the same collection, and have the same ids.
    if (fields["model_name"] !== card.name) return;
    const { predicted_request_id: requestId, predicted_row: row, truth } = fields;
    const id = idOf(fields, this.idName());
    const fits = card.task === "regression" ? typeof truth === "number" : typeof truth === "string";
    if (!fits || (typeof truth !== "number" && typeof truth !== "string")) this.unreadable++;
    else if (typeof requestId === "string" && isRow(row)) this.addTruth({ requestId, row, truth, timeMs });
    else if (id !== undefined) this.addTruth({ id, truth, timeMs });
    else this.unreadable++;
  }

  private addOther({ fields }: LogRecord): void {
    const id = String(fields["model_id"]);
    const other = this.others.get(id);
    if (other !== undefined) other.predictions++;
    else {
      const { model_name: name, model_version: version } = fields;
      this.others.set(id, { name: String(name), version: String(version), predictions: 1 });
    }
    this.requestsOfOthers.add(this.tables.requests.numberOf(String(fields["request_id"])));
    const rowId = idOf(fields, this.idName());
    if (rowId !== undefined) this.idsOfOthers.add(this.tables.ids.numberOf(rowId));
  }

  private isOfOthers({ request, id }: Truths, truth: number): boolean {
    const named = request[truth] ?? -1;
    return named === -1 ? this.idsOfOthers.has(id[truth] ?? -1) : this.requestsOfOthers.has(named);
  }

  private idName(): string | undefined {
    const { id_name: idName } = this.options.card;
    return idName === undefined ? undefined : idField(idName);
  }
}

function repeatedIds(ids: Int32Array, nIds: number): number {
  const seen = new Uint8Array(nIds);
  let repeated = 0;
  for (const id of ids) {
    if (id === -1) continue;
    repeated += seen[id] ?? 0;
    seen[id] = 1;
  }
  return repeated;
}
