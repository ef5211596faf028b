import { defineCommand } from "citty";
import { restHint } from "../arguments.ts";
import { print, printJson, say, style, warn } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";
import { timeoutFlag } from "../timeout-flag.ts";

const partsArgument = {
  parts: {
    type: "positional",
    required: false,
    valueHint: restHint,
    description: "microk8s, mongodb, efk, jenkins or all (default: all)",
  },
} as const;

const placeFlag = {
  on: {
    type: "string",
    valueHint: "place",
    description:
      "local: in containers of this machine; host: on the hosts of config.yaml (default: host if it has any)",
  },
} as const;

const dryRunFlag = {
  "dry-run": {
    type: "boolean",
    default: false,
    description: "Check everything, show what would change, and change nothing",
  },
} as const;

const up = defineCommand({
  meta: { name: "up", description: "Set them up, wait until they answer, and say where they are" },
  args: {
    ...partsArgument,
    ...placeFlag,
    ...dryRunFlag,
    timeout: { ...timeoutFlag.timeout, description: "How long each part may take, such as 90s or 5m" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { timeoutMs } = await import("../timeout-flag.ts");
    const patienceMs = timeoutMs(args.timeout);
    const { openLocal } = await import("../project/infra/open-local.ts");
    const { project, names } = await openLocal(args);
    const { planLocal, upLocal } = await import("../project/infra/up-local.ts");
    const { planJson, planText, upJson, upText } = await import("../project/infra/local-text.ts");
    const plan = await planLocal(project, names);
    for (const warning of plan.warnings) warn(warning);
    if (args["dry-run"]) return args.json ? printJson(planJson(plan)) : print(planText(plan));
    if (!args.json) say(planText(plan));
    const { endBy, endSignals } = await import("../project/end-signals.ts");
    const stop = new AbortController();
    const signals = endSignals();
    void signals.first.then(() => stop.abort());
    void signals.second.then(endBy);
    const done = await upLocal(plan, {
      ...{ timeoutMs: patienceMs, signal: stop.signal },
      onReady({ name }, { service, text }, afterMs) {
        if (args.json) return;
        const seconds = style("dim", `${(afterMs / 1_000).toFixed(1)} s`);
        say(`${style("green", "✓")} ${name.padEnd(8)} ${service.padEnd(18)} ${text} ${seconds}`);
      },
    });
    if (args.json) printJson(upJson(done, plan));
    else print(upText(done, plan));
  },
});

const down = defineCommand({
  meta: { name: "down", description: "Take them down; their data are kept" },
  args: {
    ...partsArgument,
    ...placeFlag,
    volumes: { type: "boolean", default: false, description: "Remove their data too, for good" },
    ...dryRunFlag,
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openLocal } = await import("../project/infra/open-local.ts");
    const { project, names } = await openLocal(args);
    const { downLocal } = await import("../project/infra/down-local.ts");
    const { downText } = await import("../project/infra/local-text.ts");
    const { volumes } = args;
    const isDryRun = args["dry-run"];
    const stacks = await downLocal(project, names, { volumes, isDryRun });
    if (args.json) printJson({ on: "local", stacks, volumes, dry_run: isDryRun });
    else print(downText(stacks, { volumes, isDryRun }));
  },
});

const status = defineCommand({
  meta: { name: "status", description: "Ask whether they answer" },
  args: {
    ...partsArgument,
    ...placeFlag,
    "show-secrets": { type: "boolean", default: false, description: "Print the passwords too" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openLocal } = await import("../project/infra/open-local.ts");
    const { project, names } = await openLocal(args);
    const { statusLocal } = await import("../project/infra/status-local.ts");
    const { statusJson, statusText } = await import("../project/infra/local-text.ts");
    const found = await statusLocal(project, names);
    const secrets = args["show-secrets"] ? found.secrets : undefined;
    if (args.json) printJson(statusJson(found, secrets));
    else print(statusText(found, secrets));
  },
});

export default defineCommand({
  meta: { name: "infra", description: "Set up Jenkins, the log search, MongoDB and MicroK8s" },
  subCommands: { up, down, status },
});
