import type { Config } from "../../core/config/schema.ts";
import type { ModelCard } from "../../core/model/model-card.ts";

/** An image of a registry, by what cannot change. */
export interface ReleasedImage {
  /** `registry.example.com:5000/team/iris` */
  readonly repository: string;
  /** What people call it; its digest decides. */
  readonly tag: string;
  readonly digest: string;
}

export interface ReleaseParts {
  /** The project's: what it says about the deployment. */
  readonly deploy: Config["deploy"];
  /** That of the pods: what their config.yaml and their Secrets set. */
  readonly served: Pick<Config, "serve" | "logging">;
  /** The pods' config.yaml. */
  readonly configText: string;
  readonly card: Pick<ModelCard, "id" | "name" | "version" | "creation_time">;
  readonly image: ReleasedImage;
}

/** Values of the chart: JSON, and so YAML. */
export type ReleaseValues = ReturnType<typeof releaseValues>;

/** What Helm is given to make a release of a model: the one place that says it. */
export function releaseValues({ deploy, served, configText, card, image }: ReleaseParts) {
  const { autoscaling, service, ingress, gateway, spool } = deploy;
  return {
    image: { repository: image.repository, digest: image.digest, tag: image.tag },
    imagePullSecrets: deploy.image_pull_secrets,
    model: { id: card.id, name: card.name, version: card.version, creationTime: card.creation_time },
    config: configText,
    secrets: deploy.secrets,
    tlsSecret: deploy.tls_secret ?? "",
    replicas: deploy.replicas,
    autoscaling: {
      enabled: autoscaling.enabled,
      minReplicas: autoscaling.min_replicas,
      maxReplicas: autoscaling.max_replicas,
      cpuPercent: autoscaling.cpu_percent,
      requestsInProgress: autoscaling.requests_in_progress,
    },
    service: { type: service.type, port: service.port, nodePort: service.node_port },
    ingress: {
      host: ingress.host ?? "",
      className: ingress.class ?? "",
      tlsSecret: ingress.tls_secret ?? "",
    },
    gateway: { name: gateway.name ?? "", namespace: gateway.namespace ?? "", host: gateway.host ?? "" },
    resources: deploy.resources,
    startupSeconds: deploy.startup_timeout,
    shutdownSeconds: Math.ceil(served.serve.shutdown_timeout),
    spool: {
      persistent: spool.persistent,
      size: spool.persistent ? spool.size : temporarySize(served.logging.spool.max_bytes),
      storageClass: spool.storage_class ?? "",
      accessMode: spool.access_mode,
    },
    networkPolicy: {
      enabled: deploy.network_policy.enabled,
      egressPorts: sorted([...deploy.network_policy.egress_ports, ...sinkPorts(served.logging)]),
    },
    serviceMonitor: { enabled: deploy.service_monitor },
    dashboard: { enabled: deploy.dashboard },
  };
}

const mebibyte = 1_048_576;

/** Of a volume that a pod is evicted for filling: the spool's limit, a quarter more, and a segment. */
function temporarySize(spoolBytes: number): string {
  return `${Math.ceil((spoolBytes * 1.25) / mebibyte) + 64}Mi`;
}

/** The ports of the sinks that are set. */
function sinkPorts({ fluentd, mongodb }: Config["logging"]): readonly number[] {
  const standby = fluentd.standby_hosts.map((text) => portOf(text) ?? fluentd.port);
  return [
    ...(fluentd.host === undefined ? [] : [fluentd.port, ...standby]),
    ...(mongodb.uri === undefined ? [] : mongodbPorts(mongodb.uri)),
  ];
}

const mongodbPort = 27_017;

/** Of each host between the user and the database. With `mongodb+srv` DNS knows the port, which is hardly ever another. */
function mongodbPorts(uri: string): readonly number[] {
  const hosts = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)/.exec(uri)?.[1] ?? "";
  return hosts.split(",").map((text) => portOf(text) ?? mongodbPort);
}

function portOf(server: string): number | undefined {
  const port = /:(\d+)$/.exec(server)?.[1];
  return port === undefined ? undefined : Number(port);
}

function sorted(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].sort((left, right) => left - right);
}
