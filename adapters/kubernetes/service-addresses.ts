import { Type } from "@sinclair/typebox";
import type { Cluster } from "./cluster.ts";
import { printedAs } from "./printed-json.ts";
import { missingRights } from "./rights.ts";

const Service = Type.Object({
  spec: Type.Object({
    type: Type.String(),
    ports: Type.Array(
      Type.Object({
        port: Type.Integer(),
        nodePort: Type.Optional(Type.Integer()),
        appProtocol: Type.Optional(Type.String()),
      }),
      { minItems: 1 },
    ),
  }),
  status: Type.Object({
    loadBalancer: Type.Object({
      ingress: Type.Optional(
        Type.Array(Type.Object({ ip: Type.Optional(Type.String()), hostname: Type.Optional(Type.String()) })),
      ),
    }),
  }),
});

const Nodes = Type.Object({
  items: Type.Array(
    Type.Object({
      status: Type.Object({
        addresses: Type.Optional(Type.Array(Type.Object({ type: Type.String(), address: Type.String() }))),
      }),
    }),
  ),
});

/** Where a Service of the cluster is reached. */
export interface ServiceAddresses {
  /** From outside of the cluster; empty where it is not. `<node>` stands for a node that one may not look up. */
  readonly urls: readonly string[];
  readonly port: number;
}

/** Where the Service of a release answers. */
export async function serviceAddresses(cluster: Cluster, name: string): Promise<ServiceAddresses> {
  const service = printedAs(
    "kubectl",
    Service,
    await cluster.kubectl(["get", "service", name, "--output", "json"]),
  );
  const { type, ports } = service.spec;
  const [{ port, nodePort, appProtocol } = { port: 0 }] = ports;
  const scheme = appProtocol === "https" ? "https" : "http";
  const url = (host: string, at = port) => `${scheme}://${host.includes(":") ? `[${host}]` : host}:${at}`;
  if (type === "LoadBalancer") {
    const given = (service.status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname);
    return { urls: given.filter((host) => host !== undefined).map((host) => url(host)), port };
  }
  if (type !== "NodePort" || nodePort === undefined) return { urls: [], port };
  return { urls: [url((await nodeAddress(cluster)) ?? "<node>", nodePort)], port };
}

/** Of any node: all of them lead to the service. */
async function nodeAddress(cluster: Cluster): Promise<string | undefined> {
  const right = { verb: "list", group: "", resource: "nodes", isOfCluster: true };
  if ((await missingRights(cluster, [right])).length > 0) return undefined;
  const { items } = printedAs("kubectl", Nodes, await cluster.kubectl(["get", "nodes", "--output", "json"]));
  const addresses = items.flatMap(({ status }) => status.addresses ?? []);
  const kinds = ["ExternalIP", "InternalIP"];
  return kinds.flatMap((kind) => addresses.filter(({ type }) => type === kind))[0]?.address;
}
