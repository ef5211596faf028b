/** Which prediction each of n_predictions is: `request` and `id` are numbers of a `NameTable`. */
export interface PredictionKeys {
  /** Milliseconds since the epoch. */
  readonly timeMs: Float64Array;
  readonly request: Int32Array;
  /** Of the request. */
  readonly row: Int32Array;
  /** -1 where the row had none. */
  readonly id: Int32Array;
}

/** Which prediction each of n_truths is of: by `request` and `row`, where `request` is not -1, else by `id`. */
export interface TruthKeys {
  /** When it was told, milliseconds since the epoch; a file's are told last, at Infinity. */
  readonly timeMs: Float64Array;
  readonly request: Int32Array;
  readonly row: Int32Array;
  readonly id: Int32Array;
}

/** What belongs together. */
export interface Joined {
  /** Of each prediction the number of its truth; -1 where it has none. */
  readonly truthOf: Int32Array;
  /** Truths that a later one of the same prediction took the place of. */
  readonly replaced: number;
  /** Numbers of the truths that there is no prediction of, those that were replaced apart. */
  readonly unmatched: readonly number[];
}

/**
 * Finds the truth of each prediction.
 *
 * A truth by request and row is of that prediction. One by id is of the last prediction of that id that was made before
 * the truth was told, so that a row counts once however often it was asked for. Of several truths of one row the one told last
 * holds, of equal times the one that stands last.
 *
 * @param nIds  how many ids the table has
 */
export function joinTruths(predictions: PredictionKeys, truths: TruthKeys, nIds: number): Joined {
  const lasting = lastTruths(truths, nIds);
  const predictionOf = lastPredictions(predictions, truths, lasting);
  const truthOf = new Int32Array(predictions.timeMs.length).fill(-1);
  const unmatched: number[] = [];
  let matched = 0;
  for (const truth of lasting.all) {
    const prediction = predictionOf[truth] ?? -1;
    if (prediction === -1) {
      unmatched.push(truth);
      continue;
    }
    const other = truthOf[prediction] ?? -1;
    if (other === -1) matched++;
    // One that is named by its id as well as by its request has two.
    if (isLater(truths, truth, other)) truthOf[prediction] = truth;
  }
  return { truthOf, replaced: truths.timeMs.length - matched - unmatched.length, unmatched };
}

interface LastTruths {
  readonly byRequest: ReadonlyMap<number, number>;
  /** By number of the id; -1 where there is none. */
  readonly byId: Int32Array;
  /** All of them. */
  readonly all: readonly number[];
}

function lastTruths(truths: TruthKeys, nIds: number): LastTruths {
  const byRequest = new Map<number, number>();
  const byId = new Int32Array(nIds).fill(-1);
  for (const [truth, request] of truths.request.entries()) {
    const key = request === -1 ? (truths.id[truth] ?? 0) : keyOf(truths, truth);
    const known = (request === -1 ? byId[key] : byRequest.get(key)) ?? -1;
    if (!isLater(truths, truth, known)) continue;
    if (request === -1) byId[key] = truth;
    else byRequest.set(key, truth);
  }
  return { byRequest, byId, all: [...byRequest.values(), ...byId.filter((truth) => truth !== -1)] };
}

/** Of each truth the prediction that it is of. */
function lastPredictions(predictions: PredictionKeys, truths: TruthKeys, last: LastTruths): Int32Array {
  const { timeMs, id } = predictions;
  const found = new Int32Array(truths.timeMs.length).fill(-1);
  const offer = (truth: number, prediction: number) => {
    if (isLater(predictions, prediction, found[truth] ?? -1)) found[truth] = prediction;
  };
  for (let prediction = 0; prediction < timeMs.length; prediction++) {
    const told = last.byRequest.get(keyOf(predictions, prediction));
    if (told !== undefined) offer(told, prediction);
    const row = id[prediction] ?? -1;
    const truth = row === -1 ? -1 : (last.byId[row] ?? -1);
    const isBefore = truth !== -1 && (timeMs[prediction] ?? 0) <= (truths.timeMs[truth] ?? 0);
    if (isBefore) offer(truth, prediction);
  }
  return found;
}

/** Rows of one request that a key can tell apart; a request has far fewer. */
export const maxRowsOfKey = 2 ** 24;

function keyOf({ request, row }: Pick<TruthKeys, "request" | "row">, at: number): number {
  return (request[at] ?? 0) * maxRowsOfKey + (row[at] ?? 0);
}

function isLater({ timeMs }: Pick<TruthKeys, "timeMs">, at: number, than: number): boolean {
  if (than === -1) return true;
  const [a = 0, b = 0] = [timeMs[at], timeMs[than]];
  return a > b || (a === b && at > than);
}
