import { defineCommand } from "citty";
import { print, printJson } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

const show = defineCommand({
  meta: { name: "show", description: "Show all that is known of one training" },
  args: {
    id: { type: "positional", required: true, description: "The run, by the first letters of its id" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openRuns } = await import("../project/open-runs.ts");
    const { findRun } = await import("../../core/runs/find-run.ts");
    const { runText } = await import("../project/runs-text.ts");
    const run = findRun(await openRuns(args.dir), args.id);
    if (args.json) printJson(run);
    else print(runText(run));
  },
});

const compare = defineCommand({
  meta: { name: "compare", description: "Show what differs between two trainings" },
  args: {
    a: { type: "positional", required: true, description: "A run, by the first letters of its id" },
    b: { type: "positional", required: true, description: "Another one" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openRuns } = await import("../project/open-runs.ts");
    const { findRun } = await import("../../core/runs/find-run.ts");
    const { compareRuns } = await import("../../core/runs/compare-runs.ts");
    const { comparisonText } = await import("../project/runs-text.ts");
    const runs = await openRuns(args.dir);
    const [a, b] = [findRun(runs, args.a), findRun(runs, args.b)];
    if (args.json) printJson({ a, b, differences: compareRuns(a, b).filter(({ differs }) => differs) });
    else print(comparisonText(a, b, runs));
  },
});

export default defineCommand({
  meta: { name: "runs", description: "List what was trained, and compare two trainings" },
  subCommands: { show, compare },
  args: {
    limit: { type: "string", default: "20", valueHint: "n", description: "Runs to list at most" },
    sort: {
      type: "string",
      valueHint: "metric",
      description: "The best on the held-out rows first (default: the newest)",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { limitOf, openRuns, sorted } = await import("../project/open-runs.ts");
    const { dataChanges } = await import("../../core/runs/compare-runs.ts");
    const limit = limitOf(args.limit);
    const all = await openRuns(args.dir);
    const runs = sorted(all, args.sort).slice(0, limit);
    const changes = dataChanges(all);
    if (args.json)
      return printJson(runs.map((run) => ({ ...run, data_changed: changes.get(run.id) ?? false })));
    const { runTable } = await import("../project/runs-text.ts");
    print(runTable(runs, { all, changes, metric: args.sort }));
  },
});
