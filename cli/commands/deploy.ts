import { defineCommand } from "citty";
import { print, printJson, silentSteps, stderrSteps, warn } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";
import { timeoutFlag } from "../timeout-flag.ts";

export default defineCommand({
  meta: { name: "deploy", description: "Put the model's image on Kubernetes, and take it back if it fails" },
  args: {
    tag: {
      type: "string",
      valueHint: "tag",
      description: "Tag of the image; git for the commit (default: image.tag, or project.version)",
    },
    "dry-run": {
      type: "boolean",
      default: false,
      description: "Check everything, show what would change, and change nothing",
    },
    ...timeoutFlag,
    "create-namespace": {
      type: "boolean",
      default: false,
      description: "Make the namespace where it is missing",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { timeoutMs } = await import("../timeout-flag.ts");
    const patienceMs = timeoutMs(args.timeout);
    const { openProject } = await import("../project/open-project.ts");
    const project = await openProject(args.dir);
    const { planDeploy } = await import("../project/release/plan-deploy.ts");
    const steps = args.json ? silentSteps : stderrSteps();
    const isDryRun = args["dry-run"];
    const plan = await planDeploy(project, {
      ...{ tag: args.tag, isDryRun, steps },
      createsNamespace: args["create-namespace"],
    });
    for (const warning of plan.warnings) warn(warning);
    if (isDryRun) {
      const { dryRunJson, dryRunText } = await import("../project/release/dry-run.ts");
      return args.json ? printJson(dryRunJson(plan)) : print(dryRunText(plan));
    }
    const { deploy } = await import("../project/release/deploy.ts");
    const { deployJson, deployText } = await import("../project/release/deploy-text.ts");
    const { noRolloutLines, rolloutLines } = await import("../project/release/rollout-lines.ts");
    const { endBy, endSignals } = await import("../project/end-signals.ts");
    const stop = new AbortController();
    const signals = endSignals();
    void signals.first.then(() => stop.abort());
    void signals.second.then(endBy);
    const lines = args.json ? noRolloutLines : rolloutLines();
    const report = await deploy(project, plan, { timeoutMs: patienceMs, lines, steps, signal: stop.signal });
    if (args.json) printJson(deployJson(plan, report));
    else print(deployText(project, plan, report));
  },
});
