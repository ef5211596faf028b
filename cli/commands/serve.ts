import { defineCommand } from "citty";
import { projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "serve", description: "Answer predictions over HTTP, with docs to try them" },
  args: {
    port: { type: "string", valueHint: "n", description: "Port to listen on (default 5000)" },
    host: { type: "string", valueHint: "address", description: "Address to listen on (default 127.0.0.1)" },
    workers: {
      type: "string",
      valueHint: "n",
      description: "Processes that answer (default: one a CPU, at most 4)",
    },
    "log-format": {
      type: "string",
      valueHint: "format",
      description: "Log as json, pretty, or auto: json unless on a terminal (default auto)",
    },
    watch: {
      type: "boolean",
      default: false,
      description: "Take every new model in model_bin, train anew when the source changes",
    },
    ...projectFlags,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { serveProject } = await import("../project/serve-project.ts");
    const { earlyFormat, openServiceLog } = await import("../log/service-log.ts");
    const log = openServiceLog(earlyFormat(args["log-format"]));
    const { parentProcess } = await import("../../adapters/worker-process.ts");
    const parent = parentProcess();
    if (parent?.role === "deliver") {
      const { deliverLog } = await import("../project/deliver-log.ts");
      return await deliverLog(parent, log);
    }
    if (parent !== undefined) {
      const { serveWorker } = await import("../project/serve-worker.ts");
      return await serveWorker(parent, log);
    }
    const project = await openProject(args.dir, {
      "serve.port": args.port,
      "serve.host": args.host,
      "serve.workers": args.workers,
      "serve.log_format": args["log-format"],
    });
    return await serveProject(project, log, { watch: args.watch });
  },
});
