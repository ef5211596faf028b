import { mainMetric } from "../../core/model/evaluate.ts";
import { localTime } from "../../core/prediction-log/local-time.ts";
import { printable } from "../../core/report/printable.ts";
import { commitOf, compareRuns, type RunDifference, runFacts } from "../../core/runs/compare-runs.ts";
import { shortId } from "../../core/runs/find-run.ts";
import type { Run } from "../../core/runs/run-record.ts";
import { metricText, styleResult, table } from "../output.ts";

export interface RunList {
  /** Among which an id is told apart. */
  readonly all: readonly Run[];
  /** By id, whether the rows were others than before. */
  readonly changes: ReadonlyMap<string, boolean>;
  /** What to show beside the estimator; by default what counts most. */
  readonly metric: string | undefined;
}

/** Far more than a parameter has, and little enough for a terminal. */
const longest = 1_000;

/** Runs as a table, for people. */
export function runTable(runs: readonly Run[], { all, changes, metric }: RunList): string {
  if (runs.length === 0) return "Nothing was trained yet: mlt train keeps its runs in .mlt/runs.";
  const rows = runs.map((run) => [
    shortId(run.id, all),
    timeText(run),
    run.outcome,
    scoreText(run, metric ?? mainMetric(run.task)),
    run.estimator?.name ?? "",
    changes.get(run.id) === true ? "changed" : "",
    shortCommit(run) ?? "",
  ]);
  return table(["run", "time", "outcome", "score", "estimator", "data", "commit"], rows);
}

/** All of one run, for people. */
export function runText(run: Run): string {
  const facts = { id: run.id, ...runFacts(run), time: timeText(run) };
  const { metrics, intervals, cross_validation: folds } = run;
  const scores = Object.entries(metrics?.test ?? {}).map(([name, test]) => {
    const [interval, fold, train] = [intervals?.[name], folds?.[name], metrics?.train[name]];
    return [
      name,
      train === undefined ? "" : metricText(train),
      metricText(test),
      interval === undefined ? "" : `${metricText(interval.low)} – ${metricText(interval.high)}`,
      ...(folds === undefined
        ? []
        : [fold === undefined ? "" : `${metricText(fold.mean)} ± ${metricText(fold.std)}`]),
    ];
  });
  const steps = run.steps.map(({ title, seconds }) => [title, `${seconds.toFixed(2)} s`]);
  return [
    pairs(facts),
    ...(run.estimator === undefined ? [] : [section("Parameters", pairs(run.estimator.params))]),
    ...(scores.length === 0
      ? []
      : [
          table(
            ["metric", "train", "test", "95 % interval", ...(folds === undefined ? [] : ["folds"])],
            scores,
          ),
        ]),
    ...(steps.length === 0 ? [] : [table(["step", "time"], steps)]),
  ].join("\n\n");
}

/** Two runs side by side, for people: a star marks what differs, and of metrics the change is told. */
export function comparisonText(a: Run, b: Run, all: readonly Run[]): string {
  const rows = compareRuns(a, b).map((each) => [
    each.differs ? "*" : "",
    each.name,
    valueText(each, each.a),
    valueText(each, each.b),
    changeText(each),
  ]);
  return table(["", "", shortId(a.id, all), shortId(b.id, all), "change"], rows);
}

function changeText({ part, a, b, differs }: RunDifference): string {
  if (part !== "metrics" || !differs || typeof a !== "number" || typeof b !== "number") return "";
  return `${b > a ? "+" : ""}${metricText(b - a)}`;
}

function valueText({ part, name }: RunDifference, value: unknown): string {
  if (value === undefined) return "-";
  if (part === "metrics" && typeof value === "number") return metricText(value);
  if (name === "data") return String(value).slice(0, 12);
  if (name === "commit") return String(value).replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1");
  return short(textOf(value));
}

/** A cell of the table must not push the rest away. */
function short(text: string): string {
  return text.length > 36 ? `${text.slice(0, 35)}…` : text;
}

function pairs(facts: Readonly<Record<string, unknown>>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${textOf(value)}`).join("\n");
}

function section(title: string, text: string): string {
  return `${styleResult("bold", title)}\n${text}`;
}

function textOf(value: unknown): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return printable(text.replaceAll(/\s*\n\s*/g, "; "), longest);
}

function scoreText({ metrics, intervals }: Run, metric: string): string {
  const value = metrics?.test[metric];
  if (value === undefined) return "";
  const interval = intervals?.[metric];
  const range = interval === undefined ? "" : ` (${metricText(interval.low)} – ${metricText(interval.high)})`;
  return `${metric} ${metricText(value)}${range}`;
}

function timeText({ time }: Run): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return time;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return localTime(timeZone)(ms).slice(0, 19).replace("T", " ");
}

function shortCommit(run: Run): string | undefined {
  return commitOf(run)?.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1");
}
