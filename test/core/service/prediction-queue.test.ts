import { expect, test } from "bun:test";
import type { Columns } from "../../../core/features/columns.ts";
import { predictionQueue, type QueueOptions } from "../../../core/service/prediction-queue.ts";
import { chooser } from "../../support/chooser.ts";

/** Most rows of one run. */
const rowsOfRun = 1_024;
/** Rows that the model throws at. */
const poison = -1;
/** Rows that the model has no answer for. */
const unanswered = -2;

/** One column x; the model answers x and 2x. */
function rowsOf(values: readonly number[]): Columns {
  return { nRows: values.length, values: new Map([["x", Float32Array.from(values)]]) };
}

function range(start: number, nRows: number): number[] {
  return Array.from({ length: nRows }, (_, index) => start + index);
}

function answerTo(values: readonly number[]): Float32Array {
  return Float32Array.from(values.flatMap((x) => Array.of(x, 2 * x)));
}

async function score({ values }: Columns): Promise<Float32Array> {
  const x = Array.from(values.get("x") ?? [], Number);
  if (x.includes(poison)) throw new Error("The model cannot take these rows");
  return answerTo(x.filter((value) => value !== unanswered));
}

/** A queue whose turns come when the test says so, and what it told. */
function queueOf(options: Partial<QueueOptions> = {}) {
  const turns: (() => void)[] = [];
  const runs: number[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const queue = predictionQueue({
    score,
    width: 2,
    join: true,
    schedule: (work) => turns.push(work),
    now: () => nowMs,
    onRun: (nRows) => runs.push(nRows),
    onWait: (waitedMs) => waits.push(waitedMs),
    ...options,
  });
  /** One turn, to its end. */
  const turn = async () => {
    nowMs += 5;
    turns.shift()?.();
    await new Promise<void>((done) => setImmediate(done));
  };
  const toTheEnd = async () => {
    while (turns.length > 0) await turn();
  };
  return { ...queue, runs, waits, turns, turn, toTheEnd };
}

/** Why the promise rejects. (`rejects` of bun:test would wait for it, and the turns would not come.) */
function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error("It was answered"),
    (cause: unknown) => cause,
  );
}

test("predictionQueue() scores in one run what came in one turn, up to 1024 rows, and gives each request its own", async () => {
  const queue = queueOf();
  const requests = [range(0, 1000), range(5000, 24), range(7000, 1), range(8000, 2)];
  const answers = requests.map((values) => queue.score(rowsOf(values)));
  expect([queue.waitingRows(), queue.turns.length]).toEqual([1027, 1]);
  await queue.toTheEnd();
  expect(await Promise.all(answers)).toEqual(requests.map(answerTo));
  expect(queue.runs).toEqual([1024, 3]);
  expect(queue.waitingRows()).toBe(0);
});

test("predictionQueue() keeps the order in which requests came, rather than fill a run", async () => {
  const queue = queueOf();
  const answers = [600, 600, 100].map((nRows) => queue.score(rowsOf(range(nRows, nRows))));
  await queue.toTheEnd();
  await Promise.all(answers);
  expect(queue.runs).toEqual([600, 700]);
});

test("predictionQueue() scores each request for itself where rows may not be joined", async () => {
  const queue = queueOf({ join: false });
  const answers = [1, 2, 3].map((nRows) => queue.score(rowsOf(range(10 * nRows, nRows))));
  await queue.toTheEnd();
  expect(await Promise.all(answers)).toEqual([1, 2, 3].map((nRows) => answerTo(range(10 * nRows, nRows))));
  expect(queue.runs).toEqual([1, 2, 3]);
});

test("predictionQueue() scores a long request in parts, with short ones between them", async () => {
  const queue = queueOf();
  const long = queue.score(rowsOf(range(0, 2500)));
  const first = queue.score(rowsOf(range(3000, 5)));
  await queue.turn();
  expect(await first).toEqual(answerTo(range(3000, 5)));
  expect(queue.waitingRows()).toBe(2500 - 1024);
  const second = queue.score(rowsOf(range(4000, 7)));
  await queue.turn();
  expect(await second).toEqual(answerTo(range(4000, 7)));
  await queue.toTheEnd();
  expect(await long).toEqual(answerTo(range(0, 2500)));
  expect(queue.runs).toEqual([5, 1024, 7, 1024, 452]);
  // The long one and the first waited for one turn, the second for the next.
  expect(queue.waits).toEqual([5, 5, 5]);
});

test("predictionQueue() answers long requests one after the other", async () => {
  const queue = queueOf();
  const done: string[] = [];
  const answers = ["first", "second"].map(async (name, index) => {
    await queue.score(rowsOf(range(index, rowsOfRun + 1)));
    done.push(name);
  });
  await queue.toTheEnd();
  await Promise.all(answers);
  expect(done).toEqual(["first", "second"]);
  expect(queue.runs).toEqual([1024, 1, 1024, 1]);
});

test("predictionQueue() fails the one request whose rows the model throws at, and answers its neighbours", async () => {
  const queue = queueOf();
  const before = queue.score(rowsOf([1, 2]));
  const bad = queue.score(rowsOf([3, poison]));
  const after = queue.score(rowsOf([4]));
  const failed = reasonOf(bad);
  await queue.toTheEnd();
  expect(await failed).toEqual(new Error("The model cannot take these rows"));
  expect([await before, await after]).toEqual([answerTo([1, 2]), answerTo([4])]);
  expect(queue.runs).toEqual([5, 2, 2, 1]);
  expect(queue.waitingRows()).toBe(0);
});

test("predictionQueue() gives up a long request at its first bad part", async () => {
  const queue = queueOf();
  const long = queue.score(rowsOf([...range(0, 1500), poison, ...range(0, 5000)]));
  const short = queue.score(rowsOf([1]));
  const failed = reasonOf(long);
  await queue.toTheEnd();
  expect(await failed).toEqual(new Error("The model cannot take these rows"));
  expect(await short).toEqual(answerTo([1]));
  expect(queue.runs).toEqual([1, 1024, 1024]);
  expect(queue.waitingRows()).toBe(0);
});

test.each([1, 1025])("predictionQueue() refuses a model that answers too few of %i rows", async (nRows) => {
  const queue = queueOf();
  const answer = queue.score(rowsOf([unanswered, ...range(1, nRows - 1)]));
  const failed = reasonOf(answer);
  await queue.toTheEnd();
  expect(await failed).toEqual(
    new RangeError(`The model answered ${nRows === 1 ? 0 : 1023} rows of ${Math.min(nRows, 1024)}`),
  );
  expect(queue.waitingRows()).toBe(0);
});

test("predictionQueue() never gives a request the rows of another when the model answers too few of a joint run", async () => {
  const queue = queueOf();
  const short = queue.score(rowsOf([unanswered, 7]));
  const neighbour = queue.score(rowsOf([8]));
  const failed = reasonOf(short);
  await queue.toTheEnd();
  expect(await failed).toEqual(new RangeError("The model answered 1 rows of 2"));
  expect(await neighbour).toEqual(answerTo([8]));
});

test("predictionQueue() fails a request that a model throws at before it gives a promise, and goes on", async () => {
  let isBroken = true;
  const queue = queueOf({
    score: (columns) => {
      if (isBroken) throw new Error("broken");
      return score(columns);
    },
  });
  const failed = reasonOf(queue.score(rowsOf([1])));
  await queue.toTheEnd();
  expect(await failed).toEqual(new Error("broken"));
  isBroken = false;
  const answer = queue.score(rowsOf([2]));
  await queue.toTheEnd();
  expect(await answer).toEqual(answerTo([2]));
});

test("predictionQueue() settles every request of any size at any time as its own rows have it", async () => {
  for (let seed = 0; seed < 150; seed++) {
    const choose = chooser(seed);
    const queue = queueOf({ join: choose.percent(80) });
    const expected: unknown[] = [];
    const answers: Promise<unknown>[] = [];
    for (let index = 0; index < 40; index++) {
      const nRows = choose.of([1, 1, 1, 2, 10, 300, rowsOfRun, rowsOfRun + 1, 3000]);
      const values = range(10_000 * index, nRows);
      const isBad = choose.percent(15);
      if (isBad) values[choose.below(nRows)] = choose.of([poison, unanswered]);
      expected.push(isBad ? "failed" : answerTo(values));
      answers.push(queue.score(rowsOf(values)).catch(() => "failed"));
      if (choose.percent(30)) await queue.turn();
    }
    await queue.toTheEnd();
    expect({ seed, answers: await Promise.all(answers) }).toEqual({ seed, answers: expected });
    expect([seed, queue.waitingRows(), queue.waits.length]).toEqual([seed, 0, 40]);
    expect(Math.max(...queue.runs)).toBeLessThanOrEqual(rowsOfRun);
  }
});
