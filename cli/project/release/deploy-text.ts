import type { Project } from "../open-project.ts";
import type { DeployReport } from "./deploy.ts";
import type { DeployPlan } from "./plan-deploy.ts";
import { waysIn } from "./ways-in.ts";

/** A release that runs, for people: what it is, and how it is reached. */
export function deployText(project: Project, plan: DeployPlan, report: DeployReport): string {
  const { cluster, release, card } = plan;
  const state = report.changed ? "" : ", as before: nothing was to be changed";
  const rows = [
    ["release", `${release} in the namespace ${cluster.namespace}, revision ${report.revision}${state}`],
    ["model", `${card.name} ${card.version}, ${card.id}`],
    ["image", imageOf(plan)],
    ...waysIn(project, plan, report.addresses).map((way, at) => [at === 0 ? "reached at" : "", way]),
  ];
  return rows.map(([title = "", text = ""]) => `${title.padEnd(12)}${text}`).join("\n");
}

/** The same for programs. */
export function deployJson(plan: DeployPlan, report: DeployReport): object {
  const { cluster, release, card, warnings } = plan;
  return {
    ...{ release, namespace: cluster.namespace, revision: report.revision, changed: report.changed },
    image: imageOf(plan),
    model: { id: card.id, name: card.name, version: card.version },
    pods: report.pods,
    golden_requests: report.goldenRows,
    urls: report.addresses.urls,
    warnings,
  };
}

function imageOf({ image }: DeployPlan): string {
  return `${image.repository}@${image.digest}`;
}
