import { defineCommand } from "citty";
import { print, printJson, silentSteps, stderrSteps, warn } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "train", description: "Fit the model, evaluate it and write it to model_bin" },
  args: {
    seed: {
      type: "string",
      valueHint: "n",
      description: "Seed of the train/test split and of the estimators",
    },
    folds: {
      type: "string",
      valueHint: "n",
      description: "Also cross-validate on the rows to learn from, in n parts",
    },
    "min-metric": {
      type: "string",
      valueHint: "name=value,...",
      description: "Unless the held-out rows reach these, keep the old model, exit 3",
    },
    compare: {
      type: "boolean",
      default: false,
      description: "If the old model is better by more than chance, keep it, exit 3",
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
    const project = await openProject(args.dir, {
      "train.seed": args.seed,
      "train.folds": args.folds,
    });
    const bounds = parseBounds(args["min-metric"], (await readFeatures(project)).task);
    const { trainProject } = await import("../project/train-project.ts");
    const steps = args.json ? { ...silentSteps, warn } : stderrSteps();
    const { checkSummaryPath, writeTrainingSummary } = await import("../project/training-summary.ts");
    // Before what takes long.
    if (args.summary !== undefined) await checkSummaryPath(args.summary);
    const trained = await trainProject(project, { bounds, compare: args.compare, steps });
    for (const warning of trained.warnings) warn(warning);
    if (args.summary !== undefined) await writeTrainingSummary(args.summary, trained);
    const { trainingJson, trainingText } = await import("../project/training-result.ts");
    if (args.json) return printJson(trainingJson(trained, project.modelDir));
    print(trainingText(trained));
    print(
      `\nModel ${trained.artifact.card.id} is in ${project.config.model_bin}; open ${project.config.model_bin}/report.html to look at it.`,
    );
  },
});
