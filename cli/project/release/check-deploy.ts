import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import { missingRights, type Right } from "../../../adapters/kubernetes/rights.ts";
import { type ClusterSecret, readSecrets } from "../../../adapters/kubernetes/secret-values.ts";
import type { Config } from "../../../core/config/schema.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";

type Deploy = Config["deploy"];

/** Whether it may change what is in the cluster. @throws {MltError} external: with the rights that are missing */
export async function checkRights(cluster: Cluster, deploy: Deploy): Promise<void> {
  const missing = await missingRights(cluster, neededRights(deploy));
  if (missing.length === 0) return;
  const named = missing.map(({ verb, resource }) => `${verb} ${resource}`).join(", ");
  throw new MltError(`You may not do in the namespace "${cluster.namespace}" what it takes: ${named}`, {
    hint: `Ask for these rights; ${cluster.shownKubectl("auth can-i --list")} shows those that you have.`,
    exitCode: ExitCode.external,
  });
}

/** What Helm does to the objects of the chart, and what it takes to watch them. */
function neededRights(deploy: Deploy): readonly Right[] {
  const { autoscaling, replicas, gateway, ingress, network_policy, service_monitor, spool } = deploy;
  const fewest = autoscaling.enabled ? autoscaling.min_replicas : replicas;
  const kinds: readonly (readonly [isMade: boolean, group: string, resource: string])[] = [
    [true, "", "services"],
    [true, "", "configmaps"],
    [true, "", "serviceaccounts"],
    [true, "apps", "deployments"],
    [spool.persistent, "", "persistentvolumeclaims"],
    [fewest > 1, "policy", "poddisruptionbudgets"],
    [network_policy.enabled, "networking.k8s.io", "networkpolicies"],
    [autoscaling.enabled, "autoscaling", "horizontalpodautoscalers"],
    [ingress.host !== undefined, "networking.k8s.io", "ingresses"],
    [gateway.name !== undefined, "gateway.networking.k8s.io", "httproutes"],
    [service_monitor, "monitoring.coreos.com", "servicemonitors"],
  ];
  const made = kinds.filter(([isMade]) => isMade);
  const verbs = ["get", "create", "patch"];
  // Helm keeps each revision in one, and the last ten.
  const keeps = ["get", "list", "create", "update", "delete"];
  return [
    ...made.flatMap(([, group, resource]) => verbs.map((verb) => ({ verb, group, resource }))),
    ...keeps.map((verb) => ({ verb, group: "", resource: "secrets" })),
    { verb: "list", group: "apps", resource: "replicasets" },
    { verb: "list", group: "", resource: "pods" },
    { verb: "create", group: "", resource: "pods/portforward" },
  ];
}

/** Whether the namespace is there; one that may not be looked at is taken for one that is. */
export async function hasNamespace(cluster: Cluster): Promise<boolean> {
  const right = { verb: "get", group: "", resource: "namespaces" };
  if ((await missingRights(cluster, [right])).length > 0) return true;
  const args = ["get", "namespace", cluster.namespace, "--ignore-not-found", "--output", "name"];
  return (await cluster.kubectl(args)).trim() !== "";
}

/** What is said where the namespace is not there, and is not made. */
export function noNamespace({ namespace, context }: Cluster, isDryRun: boolean): MltError {
  const place = context === undefined ? "" : ` in the context "${context}"`;
  return new MltError(`There is no namespace "${namespace}"${place}`, {
    hint: isDryRun
      ? `Make it with kubectl create namespace ${namespace}: in none, the cluster can try nothing.`
      : "Name another as deploy.namespace, or add --create-namespace.",
    exitCode: ExitCode.external,
  });
}

/**
 * Reads the Secrets that pods get variables of; those of the certificate and of the registry must be there too.
 *
 * @throws {MltError} input: with those that are missing
 */
export async function checkSecrets(cluster: Cluster, deploy: Deploy): Promise<readonly ClusterSecret[]> {
  const certificates = [deploy.tls_secret, deploy.ingress.tls_secret].filter((name) => name !== undefined);
  const names = [...deploy.secrets, ...certificates, ...deploy.image_pull_secrets];
  const found = await readSecrets(cluster, names);
  const missing = names.filter((name) => !found.some((secret) => secret.name === name));
  if (missing.length > 0) throw missingSecrets(cluster, deploy, missing);
  const wrong = found.find(({ name, type }) => certificates.includes(name) && type !== "kubernetes.io/tls");
  if (wrong !== undefined) {
    throw new MltError(`The Secret "${wrong.name}" has the type ${wrong.type}, not kubernetes.io/tls`, {
      hint: `Make it with ${cluster.shownKubectl(`create secret tls ${wrong.name} --cert=… --key=…`)}.`,
    });
  }
  return deploy.secrets.flatMap((name) => found.filter((secret) => secret.name === name));
}

function missingSecrets(cluster: Cluster, deploy: Deploy, missing: readonly string[]): MltError {
  const [name = ""] = missing;
  const how = deploy.secrets.includes(name)
    ? `generic ${name} --from-env-file=…`
    : deploy.image_pull_secrets.includes(name)
      ? `docker-registry ${name} --docker-server=…`
      : `tls ${name} --cert=… --key=…`;
  const named = missing.map((each) => `"${each}"`).join(", ");
  const what = missing.length === 1 ? `no Secret ${named}` : `none of the Secrets ${named}`;
  return new MltError(`There is ${what} in the namespace "${cluster.namespace}"`, {
    hint: `Create it with ${cluster.shownKubectl(`create secret ${how}`)}.`,
  });
}
