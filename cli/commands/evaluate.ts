import { defineCommand } from "citty";
import { print, printJson, say, warn } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "evaluate", description: "Compare the model with what really happened" },
  args: {
    data: {
      type: "string",
      valueHint: "file",
      description: "Rows with their target, to be predicted: .csv, .parquet or .ndjson",
    },
    log: {
      type: "string",
      valueHint: "place",
      description: "Logged predictions instead: mongodb or spool",
    },
    truth: {
      type: "string",
      valueHint: "file",
      description: "What they were: columns of the target, and id or request_id, row",
    },
    since: {
      type: "string",
      valueHint: "time",
      description: "Predictions from then on: 7d ago, 2026-11-24, 2026-11-24T20:13",
    },
    until: { type: "string", valueHint: "time", description: "Predictions before then" },
    "min-metric": {
      type: "string",
      valueHint: "name=value,...",
      description: "Unless the model reaches these now, exit 3",
    },
    report: { type: "string", valueHint: "file", description: "Write a page of it there, .html" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { evaluatedRows } = await import("../evaluate-flags.ts");
    const { openProject } = await import("../project/open-project.ts");
    const project = await openProject(args.dir);
    const { time_zone: timeZone } = project.config.logging;
    const now = new Date();
    const rows = evaluatedRows(args, { nowMs: now.getTime(), timeZone });
    const { evaluateProject, writeEvaluation } = await import("../project/evaluate-project.ts");
    const { card, result, bounds } = await evaluateProject(project, rows, args["min-metric"]);
    for (const warning of result.warnings) warn(warning);
    const source = args.data ?? `the prediction log (${args.log})`;
    if (args.report !== undefined) {
      await writeEvaluation(args.report, { card, result, source, time: now.toISOString(), timeZone });
    }
    if (args.json) {
      const { evaluationJson } = await import("../evaluation-json.ts");
      printJson(evaluationJson(card, result, { source: args.data ?? args.log ?? "", timeZone }));
    } else {
      const { evaluationText } = await import("../evaluation-text.ts");
      print(evaluationText(card, result, timeZone));
      if (args.report !== undefined) say(`Open ${args.report} to look at it.`);
    }
    const { checkLiveBounds } = await import("../../core/evaluation/live-bounds.ts");
    checkLiveBounds({ metrics: result.metrics, rows: result.evaluation.truth.length }, bounds);
  },
});
