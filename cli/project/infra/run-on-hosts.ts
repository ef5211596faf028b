import type { PlaybookLogin, PlaybookRequest } from "../../../adapters/ansible/playbook.ts";
import type { TaskResult } from "../../../adapters/ansible/task-line.ts";
import { print, printJson, say, warn } from "../../output.ts";
import type { Project } from "../open-project.ts";
import { askConsent, checkConsent } from "./consent.ts";
import {
  type HostState,
  hostDownText,
  hostJson,
  hostPlanText,
  hostStatusText,
  hostUpText,
} from "./host-text.ts";
import type { InfraPart } from "./infra-parts.ts";
import { type HostRun, onHosts, taskText } from "./on-hosts.ts";

interface OnHosts {
  readonly project: Project;
  readonly parts: readonly InfraPart[];
}

interface HostOptions {
  readonly timeoutMs: number;
  readonly login: PlaybookLogin;
  readonly json: boolean;
}

interface HostChangeOptions extends HostOptions {
  readonly playbook: Exclude<PlaybookRequest["playbook"], "status">;
  readonly isDryRun: boolean;
  readonly hasSaidYes: boolean;
  readonly removeVolumes: boolean;
}

/** `mlt infra up` and `down` on hosts: on a terminal it shows what would change and asks, unless `hasSaidYes`. */
export async function runHostChange(hosts: OnHosts, options: HostChangeOptions): Promise<void> {
  const { isDryRun, hasSaidYes, json, playbook } = options;
  if (isDryRun) {
    const planned = await check(hosts, options);
    for (const warning of planned.warnings) warn(warning);
    return json ? printJson(hostJson(planned, true)) : print(hostPlanText(planned));
  }
  checkConsent(hasSaidYes);
  if (!hasSaidYes) {
    say(hostPlanText(await check(hosts, options)));
    await askConsent("Change the hosts so?");
  }
  const onTask = json ? ignore : taskLine;
  const done = await onHosts(hosts.project, {
    ...{ ...options, ...hosts, onTask, check: false },
    // Else the check has looked.
    looksFirst: hasSaidYes,
  });
  for (const warning of done.warnings) warn(warning);
  if (json) printJson(hostJson(done, false));
  else print(playbook === "up" ? hostUpText(done) : hostDownText(done));
}

function check(hosts: OnHosts, options: HostChangeOptions): Promise<HostRun> {
  return onHosts(hosts.project, { ...options, ...hosts, onTask: ignore, check: true, looksFirst: true });
}

/** `mlt infra status` on hosts. */
export async function runHostStatus({ project, parts }: OnHosts, options: HostOptions): Promise<void> {
  const states: HostState[] = [];
  const onTask = ({ host, task, message = "" }: TaskResult) => {
    const part = /(?:^| : )State of (.+)$/.exec(task)?.[1];
    if (part !== undefined) states.push({ host, part, state: message });
  };
  await onHosts(project, {
    ...{ ...options, parts, onTask },
    ...{ playbook: "status", check: false, removeVolumes: false, looksFirst: false },
  });
  if (options.json) printJson({ on: "host", states });
  else print(hostStatusText(states));
}

function taskLine(result: TaskResult): void {
  const text = taskText(result);
  if (text !== undefined) say(text);
}

function ignore(): void {
  // Only what would change is shown.
}
