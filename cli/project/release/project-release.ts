import { type Cluster, openCluster } from "../../../adapters/kubernetes/cluster.ts";
import type { Project } from "../open-project.ts";

/** The release that config.yaml means, and where it is. */
export interface ProjectRelease {
  readonly cluster: Cluster;
  readonly release: string;
}

/**
 * What the section deploy names; nothing is asked of the cluster yet.
 *
 * @param timeoutMs  how long the cluster may take to answer, where it is not the usual time
 */
export function projectRelease(
  { config: { deploy, project } }: Project,
  timeoutMs?: number | undefined,
): ProjectRelease {
  const { namespace, context } = deploy;
  return {
    cluster: openCluster({ namespace, context, env: process.env, timeoutMs }),
    release: deploy.release ?? project.name,
  };
}
