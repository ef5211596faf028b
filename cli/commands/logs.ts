import { defineCommand } from "citty";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "logs", description: "Show what was predicted, from the prediction log" },
  args: {
    last: {
      type: "string",
      alias: "n",
      valueHint: "n",
      description: "Only the last n; 0: all (default 20, and all with --since)",
    },
    follow: {
      type: "boolean",
      alias: "f",
      default: false,
      description: "Go on with what comes, until Ctrl-C; with --json an object a line",
    },
    since: {
      type: "string",
      valueHint: "time",
      description: "From then on: 2h or 7d ago, 2026-11-24, 2026-11-24T20:13",
    },
    until: { type: "string", valueHint: "time", description: "Before then" },
    id: { type: "string", valueHint: "id", description: "Of the row with this id" },
    "request-id": { type: "string", valueHint: "id", description: "Of this request (X-Request-Id)" },
    class: { type: "string", valueHint: "name", description: "Predictions of this class" },
    event: { type: "string", valueHint: "event", description: "predict, predict_proba or feedback" },
    from: {
      type: "string",
      valueHint: "place",
      description: "Read the spool or mongodb (default: the spool where there is one)",
    },
    replay: {
      type: "boolean",
      default: false,
      description: "Send what the spool has since then once more, to --to",
    },
    to: { type: "string", valueHint: "sink", description: "Where --replay sends: fluentd or mongodb" },
    ...projectFlags,
    json: { ...jsonFlag.json, description: "Print the records as one JSON array" },
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { readLogFlags } = await import("../log-flags.ts");
    const project = await openProject(args.dir);
    const choice = readLogFlags(args, project.config.logging.time_zone, Date.now());
    const { queryForLog } = await import("../project/logged-id.ts");
    const query = await queryForLog(project, choice.query);
    if (choice.replayTo !== undefined) {
      const { replayCommand } = await import("../replay-command.ts");
      return await replayCommand(project, { to: choice.replayTo, query, json: args.json });
    }
    const { jsonLinesPrinter, jsonPrinter, textPrinter } = await import("../record-printer.ts");
    const { followLog, showLog } = await import("../project/show-log.ts");
    const { last } = choice;
    if (args.follow) {
      return await followLog(project, {
        query,
        last,
        printer: args.json ? jsonLinesPrinter() : textPrinter(),
      });
    }
    const { defaultSource } = await import("../project/read-log.ts");
    const from = choice.from ?? (await defaultSource(project));
    return await showLog(project, from, { query, last, printer: args.json ? jsonPrinter() : textPrinter() });
  },
});
