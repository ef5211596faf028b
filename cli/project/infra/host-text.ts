import { targetUrl } from "../../../core/infra/answer-target.ts";
import { table } from "../../output.ts";
import type { HostRun } from "./on-hosts.ts";
import { settingsLines, shownPath, targetLine } from "./target-text.ts";

/** What would be changed on the hosts, for people. */
export function hostPlanText({ changes }: HostRun): string {
  if (changes.length === 0) return "Nothing would change on the hosts";
  return ["What would change:", ...changes.map(({ host, task }) => `  ${host}: ${task}`)].join("\n");
}

/** What was done on the hosts, for people: counts, then where things are. */
export function hostUpText({ hosts, targets, secrets, folder, vault, kubeconfig }: HostRun): string {
  const file = vault === undefined ? shownPath(folder.secretsFile) : undefined;
  const isClosed = targets.some(({ host }) => isLoopback(host));
  return [
    countsText(hosts),
    ...(targets.length === 0
      ? []
      : [
          ...(isClosed ? ["On the main host, and for itself alone; infra.bind opens them to others:"] : []),
          ...targets.map((target) => `  ${targetLine(target)}`),
          `Passwords are in ${file ?? shownPath(vault ?? "")}.`,
          ...settingsLines(targets, secrets, file),
        ]),
    ...(kubeconfig === undefined ? [] : [`For kubectl: export KUBECONFIG=${shownPath(kubeconfig)}`]),
  ].join("\n");
}

function isLoopback(host: string): boolean {
  return host === "::1" || host === "localhost" || host.startsWith("127.");
}

/** What was taken down, for people. */
export function hostDownText({ hosts }: HostRun): string {
  return countsText(hosts);
}

function countsText(hosts: HostRun["hosts"]): string {
  const rows = hosts.map(({ host, ok, changed }) => [host, `${ok}`, `${changed}`]);
  return table(["host", "tasks", "changed"], rows);
}

/** What tasks named `State of …` said, for people. */
export function hostStatusText(states: readonly HostState[]): string {
  return table(
    ["host", "part", "state"],
    states.map(({ host, part, state }) => [host, part, state]),
  );
}

/** How a part is on a host. */
export interface HostState {
  readonly host: string;
  readonly part: string;
  readonly state: string;
}

/** What was done or would be, for programs. */
export function hostJson(
  { hosts, changes, targets, folder, vault, kubeconfig }: HostRun,
  isCheck: boolean,
): object {
  return {
    on: "host",
    dry_run: isCheck,
    hosts,
    changes: changes.map(({ host, task }) => ({ host, task })),
    endpoints: targets.map((target) => ({ name: target.name, url: targetUrl(target) })),
    secrets_file: vault ?? folder.secretsFile,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}
