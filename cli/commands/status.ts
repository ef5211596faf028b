import { defineCommand } from "citty";
import { print, printJson } from "../output.ts";
import type { FoundRelease } from "../project/status-choice.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: {
    name: "status",
    description: "Show how the running service or the release is, and exit 4 unless it is ready",
  },
  args: {
    url: {
      type: "string",
      valueHint: "address",
      description: "Where the service is (default: as config.yaml has it, here)",
    },
    release: {
      type: "boolean",
      default: false,
      description: "Show the release in Kubernetes (default: where none answers here)",
    },
    golden: {
      type: "boolean",
      default: false,
      description: "Ask it also what the model in model_bin was asked when it was trained",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { ExitCode } = await import("../../core/errors.ts");
    const { readStatusOrRelease } = await import("../project/status-choice.ts");
    const found = await readStatusOrRelease(args);
    if ("release" in found) return await showRelease(found, args.json);
    const { statusText } = await import("../project/status-text.ts");
    const asks = args.golden && found.status.ready;
    const { goldenStatus } = await import("../project/golden-status.ts");
    const golden = asks ? await goldenStatus(args.dir, found) : null;
    if (args.json) printJson({ url: found.url, ...found.status, ...(args.golden && { golden }) });
    else print(statusText(found));
    if (golden !== null && !args.json)
      print(`\nIt answers ${golden} golden requests as its model did when it was trained.`);
    return found.status.ready ? ExitCode.done : ExitCode.external;
  },
});

async function showRelease({ release, ways }: FoundRelease, json: boolean): Promise<number> {
  const { ExitCode } = await import("../../core/errors.ts");
  const { releaseJson, releaseText } = await import("../project/release/release-text.ts");
  if (json) printJson(releaseJson(release));
  else print(releaseText(release, ways, Date.now()));
  return release.isReady ? ExitCode.done : ExitCode.external;
}
