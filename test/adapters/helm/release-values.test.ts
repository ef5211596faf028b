import { describe, expect, test } from "bun:test";
import { releaseValues } from "../../../adapters/helm/release-values.ts";
import { resolveConfig } from "../../../core/config/resolve.ts";

const card = {
  id: "3f2b8c1e-0000-4000-8000-000000000001",
  name: "iris",
  version: "1.2.0",
  creation_time: "2026-01-02T03:04:05.000Z",
};
const digest = `sha256:${"a".repeat(64)}`;
const image = { repository: "registry.example.com:5000/team/iris", tag: "1.2.0", digest };

function valuesOf(text: string, environment: Record<string, string> = {}) {
  const { config } = resolveConfig({ flags: {}, environment, file: { name: "config.yaml", text } });
  return releaseValues({ deploy: config.deploy, served: config, configText: "serve: {}\n", card, image });
}

describe("releaseValues()", () => {
  test("of a project that sets nothing", () => {
    expect(valuesOf("{}")).toEqual({
      image,
      imagePullSecrets: [],
      model: {
        id: card.id,
        name: "iris",
        version: "1.2.0",
        creationTime: "2026-01-02T03:04:05.000Z",
      },
      config: "serve: {}\n",
      secrets: [],
      tlsSecret: "",
      replicas: 2,
      autoscaling: {
        enabled: false,
        minReplicas: 2,
        maxReplicas: 6,
        cpuPercent: 70,
        requestsInProgress: 0,
      },
      service: { type: "NodePort", port: 8000, nodePort: 30_000 },
      ingress: { host: "", className: "", tlsSecret: "" },
      gateway: { name: "", namespace: "", host: "" },
      resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "512Mi" } },
      startupSeconds: 120,
      shutdownSeconds: 30,
      // 256 MiB of the spool, a quarter more, and 64 MiB.
      spool: { persistent: false, size: "384Mi", storageClass: "", accessMode: "ReadWriteMany" },
      networkPolicy: { enabled: true, egressPorts: [] },
      serviceMonitor: { enabled: false },
      dashboard: { enabled: false },
    });
  });

  test("of every key of the section deploy", () => {
    const text = `
deploy:
  replicas: 3
  autoscaling: { enabled: true, min_replicas: 3, max_replicas: 9, cpu_percent: 50, requests_in_progress: 8 }
  service: { type: LoadBalancer, port: 80, node_port: 30001 }
  ingress: { host: iris.example.org, class: nginx, tls_secret: iris-host }
  gateway: { name: edge, namespace: gateways, host: "*.example.org" }
  resources: { requests: { cpu: "1", memory: 1Gi }, limits: { cpu: "2", memory: 2Gi } }
  secrets: [iris-keys, mongodb]
  tls_secret: iris-tls
  image_pull_secrets: [registry]
  spool: { persistent: true, size: 10Gi, storage_class: nfs, access_mode: ReadWriteOnce }
  network_policy: { enabled: false, egress_ports: [5432, 443] }
  service_monitor: true
  dashboard: true
  startup_timeout: 300
serve: { shutdown_timeout: 0.5 }
`;
    expect(valuesOf(text)).toMatchObject({
      imagePullSecrets: ["registry"],
      secrets: ["iris-keys", "mongodb"],
      tlsSecret: "iris-tls",
      replicas: 3,
      autoscaling: {
        enabled: true,
        minReplicas: 3,
        maxReplicas: 9,
        cpuPercent: 50,
        requestsInProgress: 8,
      },
      service: { type: "LoadBalancer", port: 80, nodePort: 30_001 },
      ingress: { host: "iris.example.org", className: "nginx", tlsSecret: "iris-host" },
      gateway: { name: "edge", namespace: "gateways", host: "*.example.org" },
      resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
      startupSeconds: 300,
      // Whole seconds, and never less than asked for.
      shutdownSeconds: 1,
      spool: { persistent: true, size: "10Gi", storageClass: "nfs", accessMode: "ReadWriteOnce" },
      networkPolicy: { enabled: false, egressPorts: [443, 5432] },
      serviceMonitor: { enabled: true },
      dashboard: { enabled: true },
    });
  });

  test.each([
    ["logging: {fluentd: {host: efk}}", {}, [24_224]],
    ["logging: {fluentd: {port: 24230}}", {}, []],
    [
      "logging: {fluentd: {host: a, port: 24230, standby_hosts: [b, 'c:24231', '[::1]:24232']}}",
      {},
      [24_230, 24_231, 24_232],
    ],
    ["{}", { MLT_LOGGING__MONGODB__URI: "mongodb://db/?tls=true" }, [27_017]],
    [
      "{}",
      { MLT_LOGGING__MONGODB__URI: "mongodb://me:a:1@a:27018,b,[::1]:27019/x" },
      [27_017, 27_018, 27_019],
    ],
    ["{}", { MLT_LOGGING__MONGODB__URI: "mongodb+srv://me:hunter2@cluster.example.org" }, [27_017]],
    [
      "{logging: {fluentd: {host: efk}}, deploy: {network_policy: {egress_ports: [443, 24224]}}}",
      { MLT_LOGGING__MONGODB__URI: "mongodb://db" },
      [443, 24_224, 27_017],
    ],
  ])("lets pods reach the sinks of %s and %j at the ports %j", (text, environment, ports) => {
    expect(valuesOf(text, environment).networkPolicy.egressPorts).toEqual(ports);
  });

  test("sizes the folder of a larger spool after its limit", () => {
    // 1,000,000,000 bytes and a quarter are 1192.09… MiB.
    const { spool } = valuesOf("logging: {spool: {max_bytes: 1000000000}}");
    expect(spool.size).toBe("1257Mi");
  });
});
