import type { Run } from "./run-record.ts";

/** One thing that two runs can be compared in. */
export interface RunDifference {
  readonly part: "run" | "parameters" | "metrics";
  readonly name: string;
  /** Absent where a run has no such thing. */
  readonly a?: unknown;
  readonly b?: unknown;
  readonly differs: boolean;
}

/** All that two runs have, side by side. */
export function compareRuns(a: Run, b: Run): RunDifference[] {
  const parts: readonly (readonly [
    RunDifference["part"],
    (run: Run) => Readonly<Record<string, unknown>>,
  ])[] = [
    ["run", runFacts],
    ["parameters", (run) => run.estimator?.params ?? {}],
    ["metrics", (run) => run.metrics?.test ?? {}],
  ];
  return parts.flatMap(([part, factsOf]) => {
    const [left, right] = [factsOf(a), factsOf(b)];
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].map((name) => ({
      part,
      name,
      ...(name in left ? { a: left[name] } : {}),
      ...(name in right ? { b: right[name] } : {}),
      differs: JSON.stringify(left[name]) !== JSON.stringify(right[name]),
    }));
  });
}

/** What a run is but for its parameters and scores. */
export function runFacts(run: Run): Readonly<Record<string, unknown>> {
  return {
    time: run.time,
    outcome: run.outcome,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    estimator: run.estimator?.name,
    seed: run.seed,
    ...run.settings,
    data: run.data_sha256,
    "rows to learn from": run.rows?.train,
    "rows held out": run.rows?.test,
    version: run.version,
    commit: commitOf(run),
    mlt: run.mlt_version,
    seconds: run.seconds,
  };
}

/** The commit, with a star where files differed from it. */
export function commitOf({ git_commit, git_dirty }: Run): string | undefined {
  return git_commit && `${git_commit}${git_dirty === true ? "*" : ""}`;
}

/** Whether each run had other rows than the one before it in time; false where either is not known. */
export function dataChanges(newestFirst: readonly Run[]): ReadonlyMap<string, boolean> {
  const changes = new Map<string, boolean>();
  let before: string | undefined;
  for (const { id, data_sha256 } of newestFirst.toReversed()) {
    changes.set(id, before !== undefined && data_sha256 !== undefined && data_sha256 !== before);
    before = data_sha256 ?? before;
  }
  return changes;
}
