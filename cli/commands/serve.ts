import { defineCommand } from "citty";
import { projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "serve", description: "Answer predictions over HTTP, with docs to try them" },
  args: {
    port: { type: "string", valueHint: "n", description: "Port to listen on (default 5000)" },
    host: { type: "string", valueHint: "address", description: "Address to listen on (default 127.0.0.1)" },
    watch: {
      type: "boolean",
      default: false,
      description: "Answer with every new model in model_bin, and train anew when the source changes",
    },
    ...projectFlags,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { serveProject } = await import("../project/serve-project.ts");
    return await serveProject(
      await openProject(args.dir, { "serve.port": args.port, "serve.host": args.host }),
      { watch: args.watch },
    );
  },
});
