import { defineCommand } from "citty";
import { changeFlags, infraArguments, loginFlags, loginOf } from "../project/infra/infra-flags.ts";
import type { openInfra } from "../project/infra/open-infra.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

const up = defineCommand({
  meta: { name: "up", description: "Set them up, wait until they answer, and say where they are" },
  args: { ...infraArguments, ...changeFlags, ...loginFlags, ...projectFlags, ...jsonFlag },
  async run({ args }) {
    const { opened, timeoutMs } = await open(args);
    const { json, "dry-run": isDryRun } = args;
    if (opened.place === "local") {
      const { runLocalUp } = await import("../project/infra/run-local.ts");
      return await runLocalUp(opened, { timeoutMs, isDryRun, json });
    }
    const { runHostChange } = await import("../project/infra/run-on-hosts.ts");
    return await runHostChange(opened, {
      ...{ playbook: "up", timeoutMs, isDryRun, json },
      ...{ hasSaidYes: args.yes, login: loginOf(args), removeVolumes: false },
    });
  },
});

const down = defineCommand({
  meta: { name: "down", description: "Take them down; their data are kept" },
  args: {
    ...infraArguments,
    volumes: { type: "boolean", default: false, description: "Remove their data too, for good" },
    ...changeFlags,
    ...loginFlags,
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { opened, timeoutMs } = await open(args);
    const { json, volumes, "dry-run": isDryRun } = args;
    if (opened.place === "local") {
      const { runLocalDown } = await import("../project/infra/run-local.ts");
      return await runLocalDown(opened, { volumes, isDryRun, json });
    }
    const { runHostChange } = await import("../project/infra/run-on-hosts.ts");
    return await runHostChange(opened, {
      ...{ playbook: "down", timeoutMs, isDryRun, json },
      ...{ hasSaidYes: args.yes, login: loginOf(args), removeVolumes: volumes },
    });
  },
});

const status = defineCommand({
  meta: { name: "status", description: "Ask whether they answer" },
  args: {
    ...infraArguments,
    "show-secrets": {
      type: "boolean",
      default: false,
      description: "Print the passwords too; of what is local",
    },
    ...loginFlags,
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { opened, timeoutMs } = await open(args);
    const { json, "show-secrets": showSecrets } = args;
    if (opened.place === "local") {
      const { runLocalStatus } = await import("../project/infra/run-local.ts");
      return await runLocalStatus(opened, { showSecrets, json });
    }
    const { runHostStatus } = await import("../project/infra/run-on-hosts.ts");
    return await runHostStatus(opened, { timeoutMs, login: loginOf(args), json });
  },
});

/** What every verb begins with; loaded late, so that help needs none of it. */
async function open(args: Parameters<typeof openInfra>[0] & { readonly timeout: string }) {
  const timeoutMs = (await import("../timeout-flag.ts")).timeoutMs(args.timeout);
  const infra = await import("../project/infra/open-infra.ts");
  return { opened: await infra.openInfra(args), timeoutMs };
}

export default defineCommand({
  meta: { name: "infra", description: "Set up Jenkins, the log search, MongoDB and MicroK8s" },
  subCommands: { up, down, status },
});
