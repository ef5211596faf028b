import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** What a small release runs. */
export interface SmallRelease {
  /** Of the image, whose digest it stands for: the plan of a cluster knows pods by it. */
  readonly image: string;
  readonly modelId: string;
  readonly replicas?: number;
}

/**
 * A folder with a chart of one Deployment, with the labels and values of ops/chart and no more: what is tested is how a
 * rollout is watched, whatever else belongs to a release.
 */
export async function smallChart(dir: string): Promise<string> {
  const chart = join(dir, "small");
  await mkdir(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.0.0\n");
  writeFileSync(
    join(chart, "templates/deployment.yaml"),
    JSON.stringify(deployment, null, 2).replace(/"({{ .Values.replicas }})"/, "$1"),
  );
  return chart;
}

/** As the values of the chart. */
export function smallValues({ image, modelId, replicas = 2 }: SmallRelease): string {
  const model = { id: modelId, name: "iris", version: "1.0.0" };
  return JSON.stringify({ image: { repository: "registry.example/iris", digest: image }, model, replicas });
}

const selected = {
  "app.kubernetes.io/name": "mlt",
  "app.kubernetes.io/instance": "{{ .Release.Name }}",
  "app.kubernetes.io/component": "service",
};

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "{{ .Release.Name }}", labels: selected },
  spec: {
    replicas: "{{ .Values.replicas }}",
    selector: { matchLabels: selected },
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: selected, annotations: { "mlt.io/model-id": "{{ .Values.model.id }}" } },
      spec: {
        containers: [{ name: "service", image: "{{ .Values.image.repository }}:{{ .Values.image.digest }}" }],
      },
    },
  },
};
