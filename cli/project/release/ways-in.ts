import type { ServiceAddresses } from "../../../adapters/kubernetes/service-addresses.ts";
import type { Project } from "../open-project.ts";
import type { ProjectRelease } from "./project-release.ts";

/** How people reach a release: addresses from outside of the cluster, or the command that leads to it. */
export function waysIn(
  { config: { deploy } }: Pick<Project, "config">,
  { cluster, release }: ProjectRelease,
  addresses: ServiceAddresses,
): string[] {
  const { ingress, gateway, service } = deploy;
  const ingressUrl = `${ingress.tls_secret === undefined ? "http" : "https"}://${ingress.host}`;
  const ways = [
    ...addresses.urls,
    ...(ingress.host === undefined ? [] : [ingressUrl]),
    ...(gateway.host === undefined ? [] : [`${gateway.host}, by the Gateway ${gateway.name}`]),
  ];
  if (ways.length > 0) return ways;
  const forward = `${cluster.shownKubectl(`port-forward service/${release} ${addresses.port}`)}`;
  if (service.type === "LoadBalancer") return [`no address yet; until then: ${forward}`];
  return [`from within the cluster; from here: ${forward}`];
}
