import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterTools, startCluster } from "./cluster.ts";
import { dockerRegistry, registryTools } from "./docker-registry.ts";
import { dockerDaemon, dockerTools } from "./dockerd.ts";
import { makeMongoImage, mongoImageTools } from "./mongo-image.ts";
import { realNodeTools, startRealNode } from "./real-node.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";
import { tempDir } from "./temp-dir.ts";

/** Ports of 127.0.0.1 that the page names. */
const ports = { registry: 32_000, service: 30_000, mongodb: 27_017 };

/** What a test that uses `productionMachine` needs. */
export const productionTools = [
  ...new Set([
    ...dockerTools,
    ...registryTools,
    ...clusterTools,
    ...realNodeTools,
    ...mongoImageTools,
    "docker-compose",
    "socat",
  ]),
];

/** The machine that docs/tutorial-production.md supposes. */
export interface ProductionMachine extends AsyncDisposable {
  /** Leads docker, kubectl, helm and mlt to its parts. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Docker, a node of Kubernetes whose pods run and whose port 30000 is this machine's too, the registry that MicroK8s
 * has at port 32000, and an image that stands in for the one of MongoDB.
 */
export async function productionMachine(): Promise<ProductionMachine> {
  await using started = new AsyncDisposableStack();
  const dir = started.use(tempDir());
  const registry = started.use(await dockerRegistry(dir.path, { port: ports.registry }));
  await registry.start();
  const docker = started.use(await dockerDaemon());
  makeMongoImage(docker, imageOf("mongodb"));
  const cluster = started.use(await startCluster({ nodes: 0, podSecurity: "restricted" }));
  const node = started.use(await startRealNode(cluster, { ports: [ports.registry, ports.mongodb] }));
  const forward = started.use(forwardTo(node.address, dir.path));
  await forward.start();
  const parts = started.move();
  return {
    env: {
      DOCKER_HOST: docker.env["DOCKER_HOST"] ?? "",
      DOCKER_CONFIG: docker.env["DOCKER_CONFIG"] ?? "",
      KUBECONFIG: cluster.kubeconfig,
      // Where pods find what listens on this machine.
      MONGODB_HOST: node.address,
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** What a stack names it, so that Docker need not ask for it. */
function imageOf(name: string): string {
  const images = parse(readFileSync(join(import.meta.dirname, "../../ops/stacks/images.yaml"), "utf8"));
  return images[name];
}

/** Makes the port of the service, which is every node's, one of this machine's 127.0.0.1 too. */
function forwardTo(address: string, dir: string): ServerProcess {
  const { service } = ports;
  const listen = `TCP-LISTEN:${service},bind=127.0.0.1,fork,reuseaddr`;
  return serverProcess({
    command: ["socat", listen, `TCP:${address}:${service}`],
    port: service,
    output: join(dir, "socat.log"),
  });
}
