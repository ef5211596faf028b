import type { StackName } from "../../../core/infra/stack-variables.ts";
import { print, printJson, say, style, warn } from "../../output.ts";
import { endBy, endSignals } from "../end-signals.ts";
import type { Project } from "../open-project.ts";
import { downLocal } from "./down-local.ts";
import { downText, planJson, planText, statusJson, statusText, upJson, upText } from "./local-text.ts";
import { statusLocal } from "./status-local.ts";
import { planLocal, type UpLocalOptions, upLocal } from "./up-local.ts";

interface Local {
  readonly project: Project;
  readonly names: readonly StackName[];
}

interface LocalUpOptions {
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  readonly json: boolean;
}

/** `mlt infra up` on this machine: prints what would change, does it, and prints what is there then. */
export async function runLocalUp({ project, names }: Local, options: LocalUpOptions): Promise<void> {
  const { timeoutMs, isDryRun, json } = options;
  const plan = await planLocal(project, names);
  for (const warning of plan.warnings) warn(warning);
  if (isDryRun) return json ? printJson(planJson(plan)) : print(planText(plan));
  if (!json) say(planText(plan));
  const stop = new AbortController();
  const signals = endSignals();
  void signals.first.then(() => stop.abort());
  void signals.second.then(endBy);
  const onReady = json ? () => undefined : readyLine;
  const done = await upLocal(plan, { timeoutMs, signal: stop.signal, onReady });
  if (json) printJson(upJson(done, plan));
  else print(upText(done, plan));
}

const readyLine: UpLocalOptions["onReady"] = ({ name }, { service, text }, afterMs) => {
  const seconds = style("dim", `${(afterMs / 1_000).toFixed(1)} s`);
  say(`${style("green", "✓")} ${name.padEnd(8)} ${service.padEnd(18)} ${text} ${seconds}`);
};

interface LocalDownOptions {
  readonly volumes: boolean;
  readonly isDryRun: boolean;
  readonly json: boolean;
}

/** `mlt infra down` on this machine. */
export async function runLocalDown(
  { project, names }: Local,
  { volumes, isDryRun, json }: LocalDownOptions,
): Promise<void> {
  const stacks = await downLocal(project, names, { volumes, isDryRun });
  if (json) printJson({ on: "local", stacks, volumes, dry_run: isDryRun });
  else print(downText(stacks, { volumes, isDryRun }));
}

/** `mlt infra status` on this machine. */
export async function runLocalStatus(
  { project, names }: Local,
  { showSecrets, json }: { readonly showSecrets: boolean; readonly json: boolean },
): Promise<void> {
  const found = await statusLocal(project, names);
  const secrets = showSecrets ? found.secrets : undefined;
  if (json) printJson(statusJson(found, secrets));
  else print(statusText(found, secrets));
}
