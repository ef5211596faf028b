import { defineCommand } from "citty";
import { print, printJson } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";
import { timeoutFlag } from "../timeout-flag.ts";

export default defineCommand({
  meta: { name: "rollback", description: "Take the release in Kubernetes back to an earlier revision" },
  args: {
    to: {
      type: "string",
      valueHint: "revision",
      description: "Revision to go back to (default: the last one before that worked)",
    },
    ...timeoutFlag,
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { revisionFlag } = await import("../revision-flag.ts");
    const to = revisionFlag(args.to);
    const { timeoutMs } = await import("../timeout-flag.ts");
    const patienceMs = timeoutMs(args.timeout);
    const { openProject } = await import("../project/open-project.ts");
    const { projectRelease } = await import("../project/release/project-release.ts");
    const found = projectRelease(await openProject(args.dir));
    const { noRolloutLines, rolloutLines } = await import("../project/release/rollout-lines.ts");
    const { endBy, endSignals } = await import("../project/end-signals.ts");
    const { rollBack } = await import("../project/release/roll-back.ts");
    const { rollbackJson, rollbackText } = await import("../project/release/rollback-text.ts");
    const stop = new AbortController();
    const signals = endSignals();
    void signals.first.then(() => stop.abort());
    void signals.second.then(endBy);
    const lines = args.json ? noRolloutLines : rolloutLines();
    const done = await rollBack({ ...found, to, timeoutMs: patienceMs, lines, signal: stop.signal });
    if (args.json) printJson(rollbackJson(found, done));
    else print(rollbackText(found, done));
  },
});
