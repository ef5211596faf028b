import type { Cluster } from "./cluster.ts";

/** Something that one may do to a kind of object of a namespace. */
export interface Right {
  readonly verb: string;
  /** `apps`; empty for the kinds of the core. */
  readonly group: string;
  /** `deployments`, or with a part of them, `pods/log`. */
  readonly resource: string;
  /** Whether it is needed for the whole cluster. */
  readonly isOfCluster?: boolean;
}

/** Asks the cluster which of some rights one does not have in the namespace, all at once. */
export async function missingRights(cluster: Cluster, rights: readonly Right[]): Promise<readonly Right[]> {
  const items = rights.map((right) => review(cluster.namespace, right));
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const output = 'jsonpath={.status.allowed}{"\\n"}';
  const said = await cluster.kubectl(["create", "--filename", "-", "--output", output], { input });
  const allowed = said.trim().split("\n");
  if (allowed.length !== rights.length) {
    throw new RangeError(`Asked for ${rights.length} rights, and the cluster told of ${allowed.length}`);
  }
  return rights.filter((_, at) => allowed[at] !== "true");
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1 */
function review(namespace: string, { verb, group, resource: named, isOfCluster = false }: Right): object {
  const [resource, subresource] = named.split("/");
  const part = {
    ...(subresource === undefined ? {} : { subresource }),
    ...(isOfCluster ? {} : { namespace }),
  };
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, ...part } },
  };
}
