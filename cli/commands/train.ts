import { defineCommand } from "citty";
import { metricText, print, printJson, silentSteps, stderrSteps, table, warn } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "train", description: "Fit the model, evaluate it and write it to model_bin" },
  args: {
    seed: {
      type: "string",
      valueHint: "n",
      description: "Seed of the train/test split and of the estimators",
    },
    "min-metric": {
      type: "string",
      valueHint: "name=value,...",
      description: "Unless the held-out rows reach these, keep the old model, exit 3",
    },
    compare: {
      type: "boolean",
      default: false,
      description: "If the old model does better on these rows, keep it, exit 3",
    },
    summary: {
      type: "string",
      valueHint: "file",
      description: "Write there what was trained, as the message of a commit",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openProject, readFeatures } = await import("../project/open-project.ts");
    const { parseBounds } = await import("../metric-bounds.ts");
    const project = await openProject(args.dir, { "train.seed": args.seed });
    const bounds = parseBounds(args["min-metric"], (await readFeatures(project)).task);
    const { trainProject } = await import("../project/train-project.ts");
    const steps = args.json ? silentSteps : stderrSteps();
    const { checkSummaryPath, writeTrainingSummary } = await import("../project/training-summary.ts");
    // Before what takes long.
    if (args.summary !== undefined) await checkSummaryPath(args.summary);
    const trained = await trainProject(project, { bounds, compare: args.compare, steps });
    const { artifact, intervals, inPlace, warnings } = trained;
    for (const warning of warnings) warn(warning);
    if (args.summary !== undefined) await writeTrainingSummary(args.summary, trained);
    const { id, version, metrics } = artifact.card;
    if (args.json)
      return printJson({ id, version, model_bin: project.modelDir, metrics, intervals, warnings });
    const rows = Object.entries(metrics.test).map(([name, value]) => {
      const interval = intervals[name];
      const range =
        interval === undefined ? "" : `${metricText(interval.low)} – ${metricText(interval.high)}`;
      const before = inPlace === undefined ? [] : [metricText(inPlace[name] ?? Number.NaN)];
      return [name, metricText(metrics.train[name] ?? Number.NaN), metricText(value), range, ...before];
    });
    const header = [
      "metric",
      "train",
      "test",
      "95 % interval",
      ...(inPlace === undefined ? [] : ["in place"]),
    ];
    print(table(header, rows));
    print(
      `\nModel ${id} is in ${project.config.model_bin}; open ${project.config.model_bin}/report.html to look at it.`,
    );
  },
});
