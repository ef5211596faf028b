import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workerThreads } from "../../../adapters/threads/worker-threads.ts";
import { HistGradientBoostingClassifier } from "../../../core/learn/ensemble/hist-gradient-boosting-classifier.ts";
import { RandomForestClassifier } from "../../../core/learn/ensemble/random-forest-classifier.ts";
import type { Classifier } from "../../../core/learn/estimator.ts";
import type { FitContext } from "../../../core/learn/fit-context.ts";
import { LogisticRegression } from "../../../core/learn/linear/logistic-regression.ts";
import { Matrix } from "../../../core/learn/matrix.ts";
import { rankByScore, rankedAreas } from "../../../core/learn/metrics/ranking.ts";
import { nColumns } from "./rows.ts";

/** What `test/bench/peers/train.py fit` does, for a model of mlt's: fits it once, and prints what that took as JSON. */

const makers: Readonly<Record<string, (context: FitContext) => Classifier>> = {
  boosting: (context) =>
    new HistGradientBoostingClassifier({ maxDepth: 6, maxLeafNodes: null, earlyStopping: false }, context),
  forest: (context) => new RandomForestClassifier({}, context),
  logistic: (context) => new LogisticRegression({}, context),
};

const [name = "", folder = "", threads = "1"] = process.argv.slice(2);
const make = makers[name];
if (make === undefined) throw new RangeError(`There is no model "${name}"`);
const train = read("train");
const test = read("test");
const model = make({ threads: workerThreads(() => Number(threads)), seed: 0 });
// As the peers do: loads and compiles what it needs.
model.fit(new Matrix(train.X.columns, train.X.data.slice(0, 1000 * nColumns)), train.y.slice(0, 1000));
const before = memoryMb("VmRSS");
writeFileSync("/proc/self/clear_refs", "5");
const started = performance.now();
const cpu = process.cpuUsage();
model.fit(train.X, train.y);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const peakMb = memoryMb("VmHWM");
const scores = Float32Array.from(model.predictProba(test.X).filter((_, at) => at % 2 === 1));
const ranking = rankByScore(scores, (row) => test.y[row] === 1);
const auc = rankedAreas(ranking, new Int32Array(scores.length).fill(1))?.roc;
console.log(
  JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMb, fitMb: peakMb - before, auc }),
);

function read(part: string): { readonly X: Matrix; readonly y: Uint8Array } {
  const names = Array.from({ length: nColumns }, (_, column) => `x${column}`);
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${part}.f64`));
  const data = new Float64Array(buffer, byteOffset, byteLength / 8);
  return { X: new Matrix(names, data), y: new Uint8Array(readFileSync(join(folder, `${part}.u8`))) };
}

function memoryMb(key: string): number {
  const line = readFileSync("/proc/self/status", "utf8")
    .split("\n")
    .find((each) => each.startsWith(key));
  return Number(line?.split(/\s+/)[1]) / 1024;
}
