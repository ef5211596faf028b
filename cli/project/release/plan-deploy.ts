import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findChart } from "../../../adapters/helm/chart-files.ts";
import { type ReleaseRequest, releaseManifest, renderRelease } from "../../../adapters/helm/helm.ts";
import { manifestChanges, type ObjectChange } from "../../../adapters/helm/manifest-diff.ts";
import { type ReleasedImage, releaseValues } from "../../../adapters/helm/release-values.ts";
import {
  fixedReplicas,
  podTemplate,
  type ReleasedModel,
  releasedModel,
} from "../../../adapters/helm/released-model.ts";
import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import { type Revision, readHistory, revisionBefore } from "../../../adapters/kubernetes/release-history.ts";
import { tryObjects, tryPod } from "../../../adapters/kubernetes/trial.ts";
import { readArtifact } from "../../../adapters/model-store.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import type { Steps } from "../../../core/model/steps.ts";
import { say } from "../../output.ts";
import { configName, type Project } from "../open-project.ts";
import { checkRights, checkSecrets, hasNamespace, noNamespace } from "./check-deploy.ts";
import { deployedImage, imageReference } from "./deployed-image.ts";
import { type PodSettings, podSettings } from "./pod-settings.ts";
import { type ProjectRelease, projectRelease } from "./project-release.ts";

export interface PlanOptions {
  /** What `--tag` says. */
  readonly tag: string | undefined;
  /** Whether a namespace that is missing is made. */
  readonly createsNamespace: boolean;
  /** Whether nothing may be changed, not even that. */
  readonly isDryRun: boolean;
  readonly steps: Steps;
}

/** A deployment that nothing speaks against, and what it would change. */
export interface DeployPlan {
  readonly cluster: Cluster;
  readonly release: string;
  readonly request: ReleaseRequest;
  readonly card: ModelCard;
  readonly image: ReleasedImage;
  readonly pods: PodSettings;
  /** Of the release until now, the last one last. */
  readonly history: readonly Revision[];
  /** The number that the new one would get. */
  readonly revision: number;
  readonly changes: readonly ObjectChange[];
  /** What is better known before, a sentence each. */
  readonly warnings: readonly string[];
  /** What the release serves until now, and would. */
  readonly before: ReleasedModel | undefined;
  readonly after: ReleasedModel | undefined;
}

/**
 * Checks all that a deployment needs, what is cheap first, and finds what it would change.
 *
 * @throws {MltError} with the first thing that is in its way; nothing has been changed then, but for a namespace that was
 *   to be made
 */
export async function planDeploy(project: Project, options: PlanOptions): Promise<DeployPlan> {
  const { steps } = options;
  const { deploy } = project.config;
  checkSettings(project);
  const reference = await imageReference(project, options.tag);
  const { card } = await readArtifact(project.modelDir);
  const chart = await findChart(project.root);
  const { cluster, release } = await openClients(project);
  const find = () => deployedImage(project, reference, card.id);
  const image = await steps.run("Image", find, ({ digest }) => `${reference}@${digest}`);
  const check = () => checkCluster({ cluster, release }, project, options);
  const { pods, history } = await steps.run("Cluster", check, () => placeOf(cluster));
  const values = releaseValues({ deploy, served: pods.config, configText: pods.configText, card, image });
  const request = {
    ...{ release, chart: chart.folder, values },
    valuesFile: deploy.values === undefined ? undefined : resolve(project.root, deploy.values),
  };
  const compare = () => compareReleases(cluster, request, history);
  const compared = await steps.run("Changes", compare, ({ changes }) => countText(changes));
  const warnings = [...pods.warnings, ...compared.warnings];
  return { cluster, release, request, card, image, pods, history, ...compared, warnings };
}

/** Whether there is something to do: a revision that failed or was cut off is made anew. */
export function makesRevision({ changes, history }: Pick<DeployPlan, "changes" | "history">): boolean {
  return changes.length > 0 || history.at(-1)?.status !== "deployed";
}

function checkSettings({ config: { deploy } }: Project): void {
  const { enabled, min_replicas: fewest, max_replicas: most } = deploy.autoscaling;
  if (enabled && fewest > most) {
    throw new MltError(`deploy.autoscaling.min_replicas is ${fewest}, and max_replicas is ${most}`, {
      hint: "Set max_replicas to as many or more.",
    });
  }
}

/** Both programs are there before anything slow begins. */
async function openClients(project: Project): Promise<ProjectRelease> {
  const found = projectRelease(project);
  const { values } = project.config.deploy;
  found.cluster.kubectlCommand([]);
  await found.cluster.helm(["version", "--short"]);
  if (values !== undefined) await checkFile(project.root, values);
  return found;
}

async function checkFile(root: string, name: string): Promise<void> {
  try {
    await readFile(resolve(root, name));
  } catch (cause) {
    throw new MltError(`Cannot read "${name}", which deploy.values names`, {
      hint: "Write further values of the chart there, or leave deploy.values out.",
      cause,
    });
  }
}

/** What the cluster has to say, before it is asked for the release. */
interface CheckedCluster {
  readonly pods: PodSettings;
  readonly history: readonly Revision[];
}

async function checkCluster(
  { cluster, release }: ProjectRelease,
  project: Project,
  { createsNamespace, isDryRun }: PlanOptions,
): Promise<CheckedCluster> {
  const { deploy } = project.config;
  if (!(await hasNamespace(cluster))) {
    if (!createsNamespace || isDryRun) throw noNamespace(cluster, isDryRun);
    await cluster.kubectl(["create", "namespace", cluster.namespace]);
    say(`Made the namespace ${cluster.namespace}`);
  }
  await checkRights(cluster, deploy);
  const secrets = await checkSecrets(cluster, deploy);
  const pods = podSettings(project, await readFile(join(project.root, configName), "utf8"), secrets);
  const history = await readHistory(cluster, release);
  checkHistory(cluster, release, history);
  return { pods, history };
}

function checkHistory(cluster: Cluster, release: string, history: readonly Revision[]): void {
  const last = history.at(-1);
  if (last === undefined || !last.status.startsWith("pending-")) return;
  const what = `Revision ${last.revision} of "${release}" in the namespace "${cluster.namespace}" is ${last.status}`;
  const clearing =
    revisionBefore(history) === undefined ? cluster.shownHelm(`uninstall ${release}`) : "mlt rollback";
  throw new MltError(`${what}: somebody deploys it now, or was cut off`, {
    hint: `Wait until that is done; where nobody deploys, run ${clearing}, which clears it.`,
    exitCode: ExitCode.external,
  });
}

type Compared = Pick<DeployPlan, "revision" | "changes" | "warnings" | "before" | "after">;

/** What the release would change, which the cluster has looked at as if it were done. */
async function compareReleases(
  cluster: Cluster,
  request: ReleaseRequest,
  history: readonly Revision[],
): Promise<Compared> {
  const { revision, manifest } = await renderRelease(cluster, request);
  const current = history.length === 0 ? "" : await releaseManifest(cluster, request.release);
  const changes = manifestChanges(current, manifest);
  if (changes.length > 0) await tryObjects(cluster, manifest);
  const template = podTemplate(manifest);
  // Where no pod comes, none need fit in a quota.
  if (template !== undefined && changes.some(({ kind }) => kind === "Deployment")) {
    await tryPod(cluster, `${request.release}-trial`, template);
  }
  const warnings = scalingWarnings(fixedReplicas(current), template && fixedReplicas(manifest));
  return { revision, changes, warnings, before: releasedModel(current), after: releasedModel(manifest) };
}

/** A number that a manifest says no more is 1 for Kubernetes, whatever runs. */
function scalingWarnings(before = 1, after: number | undefined): string[] {
  if (before === 1 || after !== undefined) return [];
  return [
    `The autoscaler takes over from ${before} pods: until it acts, within about a minute, there is only 1, so do this while few ask`,
  ];
}

function placeOf({ namespace, context }: Cluster): string {
  return `namespace ${namespace}${context === undefined ? "" : ` in ${context}`}`;
}

/** `2 changed, 1 added`. */
export function countText(changes: readonly ObjectChange[]): string {
  const counts = (["changed", "added", "removed"] as const).map((change) => {
    const count = changes.filter((each) => each.change === change).length;
    return count === 0 ? [] : [`${count} ${change}`];
  });
  return counts.flat().join(", ") || "none";
}
