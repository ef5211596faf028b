import { expect } from "bun:test";
import { releaseValues } from "../../../adapters/helm/release-values.ts";
import { resolveConfig } from "../../../core/config/resolve.ts";
import { plainValues } from "../../support/chart-corners.ts";
import { helmWith } from "../../support/helm-chart.ts";
import { testWith } from "../../support/tools.ts";

const { model } = plainValues;
const card = { ...model, creation_time: model.creationTime };

const longName = `${"secret.".repeat(36)}a`;

/** What config.yaml may say at its edges, and where the image may be. */
const edges: readonly (readonly [what: string, repository: string, text: string])[] = [
  ["nothing", "registry.example.org/iris", "{}"],
  [
    "every setting",
    "[::1]:5000/team/models/iris_2",
    `
serve: { shutdown_timeout: 0.25 }
logging: { fluentd: { host: fluentd, standby_hosts: ["fluentd-2:24225"] }, spool: { max_bytes: 65536 } }
deploy:
  replicas: 5000
  autoscaling: { enabled: true, min_replicas: 1, max_replicas: 5000, cpu_percent: 1000, requests_in_progress: 1000000 }
  service: { type: LoadBalancer, port: 65535, node_port: 1 }
  ingress: { host: "*.example.org", class: nginx.internal, tls_secret: ${longName} }
  gateway: { name: edge.public, namespace: edge-system, host: iris }
  resources: { requests: { cpu: "0.5", memory: 1.5Gi }, limits: { cpu: 1500m, memory: "1073741824" } }
  secrets: [a, iris.keys, ${longName}]
  tls_secret: iris-tls
  image_pull_secrets: [registry-login]
  spool: { persistent: true, size: 1T, storage_class: fast.ssd, access_mode: ReadWriteOnce }
  network_policy: { enabled: true, egress_ports: [443, 443, 1] }
  service_monitor: true
  dashboard: true
  startup_timeout: 3600
`,
  ],
  ["a registry of this machine", "localhost:5000/iris", "serve: { shutdown_timeout: 0 }"],
  ["a registry with capitals", "Registry:5000/iris", "deploy: { network_policy: { enabled: false } }"],
];

for (const [what, repository, text] of edges) {
  testWith(["helm"], `the chart takes what mlt deploy makes of a config.yaml that sets ${what}`, async () => {
    const { config } = resolveConfig({ flags: {}, environment: {}, file: { name: "config.yaml", text } });
    const image = { ...plainValues.image, repository };
    const values = releaseValues({ deploy: config.deploy, served: config, configText: text, card, image });
    for (const command of [
      ["template", "iris"],
      ["lint", "--strict"],
    ]) {
      const { exitCode, stdout, stderr } = await helmWith(command, values);
      expect({ exitCode, problem: exitCode === 0 ? "" : `${stdout}${stderr}` }).toEqual({
        exitCode: 0,
        problem: "",
      });
    }
  });
}
