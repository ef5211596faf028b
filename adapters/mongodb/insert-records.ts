import type { Collection, MongoBulkWriteError, WriteError } from "mongodb";
import type { LogRecord, RefusedRecord } from "../../core/prediction-log/log-record.ts";
import { type RecordDocument, toDocument } from "./record-document.ts";

type Records = Collection<RecordDocument>;

/** A record and the document that is to hold it. */
interface Insertion {
  readonly record: LogRecord;
  readonly document: RecordDocument;
}

/**
 * Puts records in a collection, each once however often it is sent.
 * Rejects with the driver's error where MongoDB as a whole is in trouble.
 *
 * @returns those that it refuses for good
 */
export async function insertRecords(
  collection: Records,
  records: readonly LogRecord[],
): Promise<readonly RefusedRecord[]> {
  const first = await put(
    collection,
    records.map((record) => ({ record, document: toDocument(record) })),
  );
  if (first.reused.length === 0) return first.refused;
  // A client has used its request id again: the time tells the second request from the first.
  const second = await put(
    collection,
    first.reused.map((record) => ({
      record,
      document: toDocument(record, `${record.key}:${record.timeMs}`),
    })),
  );
  const reason = "Two others have its request id, row and time";
  return [...first.refused, ...second.refused, ...second.reused.map((record) => ({ record, reason }))];
}

interface Put {
  readonly refused: readonly RefusedRecord[];
  /** Those whose `_id` another record has. */
  readonly reused: readonly LogRecord[];
}

async function put(collection: Records, insertions: readonly Insertion[]): Promise<Put> {
  const refused: RefusedRecord[] = [];
  const doubled: Insertion[] = [];
  for (const { record, document, code } of await failedInsertions(collection, insertions)) {
    if (code === duplicateKey) doubled.push({ record, document });
    else refused.push({ record, reason: refusals.get(code) ?? "" });
  }
  const reused: LogRecord[] = [];
  const stored = await storedTimes(collection, doubled);
  for (const { record, document } of doubled) {
    const found = stored.get(document._id);
    if (found === undefined)
      refused.push({ record, reason: "A unique index of the collection has its value" });
    else if (found !== sameRecord(document)) reused.push(record);
  }
  return { refused, reused };
}

/** Which record the documents are of that have these `_id`. */
async function storedTimes(
  collection: Records,
  insertions: readonly Insertion[],
): Promise<ReadonlyMap<string, string>> {
  const stored = new Map<string, string>();
  if (insertions.length === 0) return stored;
  const ids = insertions.map(({ document }) => document._id);
  const found = collection.find({ _id: { $in: ids } }, { projection: { timestamp: 1, event: 1 } });
  for await (const document of found) stored.set(document._id, sameRecord(document));
  return stored;
}

/** Of two documents of one request and row, equal where they are of the same record. */
function sameRecord({ timestamp, event }: Partial<RecordDocument>): string {
  return `${timestamp?.getTime()} ${event}`;
}

interface FailedInsertion extends Insertion {
  readonly code: number;
}

/** Inserts what it can, and rejects unless what it cannot is the fault of the single documents. */
async function failedInsertions(
  collection: Records,
  insertions: readonly Insertion[],
): Promise<readonly FailedInsertion[]> {
  try {
    await collection.insertMany(
      insertions.map(({ document }) => document),
      { ordered: false },
    );
    return [];
  } catch (error) {
    if (isTooLarge(error)) return await failedAmongSmall(collection, insertions, error);
    return writeErrorsOf(error).flatMap(({ index, code }) => {
      const insertion = insertions[index];
      return insertion === undefined ? [] : [{ ...insertion, code: Number(code) }];
    });
  }
}

/** The driver sends nothing where one document is too large: so that one is left out. */
async function failedAmongSmall(
  collection: Records,
  insertions: readonly Insertion[],
  error: unknown,
): Promise<readonly FailedInsertion[]> {
  const { BSON } = await import("mongodb");
  const isLarge = ({ document }: Insertion) => BSON.calculateObjectSize(document) >= mostBytes;
  const large = insertions.filter(isLarge);
  if (large.length === 0) throw error;
  const kept = new Set(large);
  const small = insertions.filter((insertion) => !kept.has(insertion));
  const failed = small.length === 0 ? [] : await failedInsertions(collection, small);
  return [...large.map((insertion) => ({ ...insertion, code: tooLarge })), ...failed];
}

/** The driver finds a document too large, or runs beyond the end of the memory that it writes documents into. */
function isTooLarge(error: unknown): boolean {
  return (
    error instanceof RangeError || (error instanceof Error && error.name === "MongoInvalidArgumentError")
  );
}

/** What single documents failed of, where every document was tried, and what failed will fail again; throws else. */
function writeErrorsOf(error: unknown): readonly WriteError[] {
  if (!(error instanceof Error) || error.name !== "MongoBulkWriteError") throw error;
  // The name is that of this class.
  const { writeErrors, result } = error as MongoBulkWriteError;
  const errors = [writeErrors].flat();
  if (errors.length === 0) throw error;
  // Neither its message nor what it holds is told: both have values of the documents.
  const concern = result.getWriteConcernError();
  if (concern !== undefined) throw new Error(`What it took is not safe yet (error code ${concern.code})`);
  const passing = errors.find(({ code }) => Number(code) !== duplicateKey && !refusals.has(Number(code)));
  if (passing !== undefined) throw new Error(`It could not take a record now (error code ${passing.code})`);
  return errors;
}

const mostBytes = 16_777_216;
const duplicateKey = 11_000;
const tooLarge = 10_334;

/** Why MongoDB refuses a document, by its error codes. Its own messages hold values of the document. */
const refusals: ReadonlyMap<number, string> = new Map([
  [2, "MongoDB refuses a value (BadValue)"],
  [9, "MongoDB cannot parse the document (FailedToParse)"],
  [14, "MongoDB refuses the type of a value (TypeMismatch)"],
  [22, "MongoDB refuses the document (InvalidBSON)"],
  [52, "MongoDB refuses the name of a field (DollarPrefixedFieldName)"],
  [53, "MongoDB refuses the _id (InvalidIdField)"],
  [56, "MongoDB refuses the name of a field (EmptyFieldName)"],
  [57, "MongoDB refuses the name of a field (DottedFieldName)"],
  [121, "The document does not pass the validation of the collection (DocumentValidationFailure)"],
  [tooLarge, "The document is larger than the 16 MiB that MongoDB takes (BSONObjectTooLarge)"],
  [17_280, "A value is too long for an index (KeyTooLong)"],
]);
