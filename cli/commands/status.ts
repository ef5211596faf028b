import { defineCommand } from "citty";
import { print, printJson } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "status", description: "Show how the running service is, and exit 4 unless it is ready" },
  args: {
    url: {
      type: "string",
      valueHint: "address",
      description: "Where the service is (default: as config.yaml has it, here)",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { ExitCode } = await import("../../core/errors.ts");
    const { readStatus } = await import("../project/read-status.ts");
    const { statusText } = await import("../project/status-text.ts");
    const found = await readStatus(args.dir, args.url);
    if (args.json) printJson({ url: found.url, ...found.status });
    else print(statusText(found));
    return found.status.ready ? ExitCode.done : ExitCode.external;
  },
});
