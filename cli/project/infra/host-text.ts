import { relative } from "node:path";
import { targetUrl } from "../../../core/infra/answer-target.ts";
import { table } from "../../output.ts";
import type { HostRun } from "./on-hosts.ts";
import { secretVariable } from "./stack-secrets.ts";

/** What would be changed on the hosts, for people. */
export function hostPlanText({ changes }: HostRun): string {
  if (changes.length === 0) return "Nothing would change on the hosts";
  return ["What would change:", ...changes.map(({ host, task }) => `  ${host}: ${task}`)].join("\n");
}

/** What was done on the hosts, for people: counts, then where things are as seen from the main host. */
export function hostUpText({ hosts, targets, folder, kubeconfig }: HostRun): string {
  const urls = targets.map((target) => {
    const login = target.user === undefined ? "" : `  user ${target.user}`;
    const secret = target.secret === undefined ? "" : `  ${secretVariable(target.secret)}`;
    return `  ${target.name}: ${targetUrl(target)}${login}${secret}`;
  });
  return [
    countsText(hosts),
    ...(urls.length === 0
      ? []
      : ["On the main host:", ...urls, `Passwords are in ${shown(folder.secretsFile)}.`]),
    ...(kubeconfig === undefined ? [] : [`For kubectl: export KUBECONFIG=${shown(kubeconfig)}`]),
  ].join("\n");
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
export function hostJson({ hosts, changes, targets, folder, kubeconfig }: HostRun, isCheck: boolean): object {
  return {
    on: "host",
    dry_run: isCheck,
    hosts,
    changes: changes.map(({ host, task }) => ({ host, task })),
    endpoints: targets.map((target) => ({ name: target.name, url: targetUrl(target) })),
    secrets_file: folder.secretsFile,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}
