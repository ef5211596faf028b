import type { Cluster } from "./cluster.ts";
import { missingRights } from "./rights.ts";

/**
 * Lets the cluster check objects as if they were made or changed, and changes nothing.
 *
 * @param manifest  YAML
 * @throws {MltError} external: with what it refuses
 */
export async function tryObjects(cluster: Cluster, manifest: string): Promise<void> {
  const owner = ["--server-side", "--force-conflicts", "--field-manager", "helm"];
  const args = ["apply", "--dry-run=server", ...owner, "--filename", "-", "--output", "name"];
  await cluster.kubectl(args, { input: manifest });
}

/**
 * Lets the cluster check a pod as if it came: a Deployment is taken whatever a quota or the Pod Security standard of
 * the namespace says of its pods. Who may make no pods, but Deployments, learns nothing here.
 *
 * @param template  of a Deployment's pods
 * @throws {MltError} external: with what the cluster refuses
 */
export async function tryPod(cluster: Cluster, name: string, template: PodTemplate): Promise<void> {
  const right = { verb: "create", group: "", resource: "pods" };
  if ((await missingRights(cluster, [right])).length > 0) return;
  // Its account comes with the release, so that it may not be there yet.
  const spec = { ...template.spec, serviceAccountName: "default" };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, ...template.metadata }, spec };
  const args = ["create", "--dry-run=server", "--filename", "-", "--output", "name"];
  await cluster.kubectl(args, { input: JSON.stringify(pod) });
}

interface PodTemplate {
  readonly metadata: object;
  readonly spec: object;
}
