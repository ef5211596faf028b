import { describe, expect } from "bun:test";
import { createHash } from "node:crypto";
import { plainValues } from "../../support/chart-corners.ts";
import { helmWith, onlyOf, renderChart } from "../../support/helm-chart.ts";
import { testWith } from "../../support/tools.ts";

const selector = {
  "app.kubernetes.io/name": "mlt",
  "app.kubernetes.io/instance": "iris",
  "app.kubernetes.io/component": "service",
};

const image = `registry.example.org:5000/team/iris@sha256:${"0123456789abcdef".repeat(4)}`;

describe("the Deployment", () => {
  testWith(["helm"], "replaces a pod only once another is ready, and lets it finish", async () => {
    const { spec, metadata } = onlyOf(await renderChart(plainValues), "Deployment");
    expect(metadata.annotations).toEqual({ "mlt.io/image-tag": "1.2.0" });
    expect(spec).toMatchObject({
      replicas: 2,
      selector: { matchLabels: selector },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
    });
    const pod = spec.template.spec;
    expect(pod.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    // 5 seconds of preStop, 30 of serve.shutdown_timeout, and 10.
    expect(pod.terminationGracePeriodSeconds).toBe(45);
    expect(pod.topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selector },
        matchLabelKeys: ["pod-template-hash"],
      },
    ]);
  });

  testWith(["helm"], "rounds the time for the last requests up, and sleeps for no 0 seconds", async () => {
    const values = { ...plainValues, preStopSeconds: 0, shutdownSeconds: 0.5 };
    const { spec } = onlyOf(await renderChart(values), "Deployment").spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(11);
    expect(spec.containers[0].lifecycle).toBeUndefined();
  });

  testWith(["helm"], "probes the start, the life and the readiness of a pod", async () => {
    const values = { ...plainValues, startupSeconds: 301 };
    const [container] = onlyOf(await renderChart(values), "Deployment").spec.template.spec.containers;
    const get = (path: string) => ({ httpGet: { path, port: "http", scheme: "HTTP" } });
    // 301 seconds are 151 times 2.
    expect(container.startupProbe).toEqual({
      ...get("/livez"),
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 151,
    });
    expect(container.readinessProbe).toEqual({
      ...get("/readyz"),
      periodSeconds: 3,
      timeoutSeconds: 2,
      failureThreshold: 2,
    });
    expect(container.livenessProbe).toEqual({
      ...get("/livez"),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    });
  });

  testWith(["helm"], "runs the image by its digest, as nobody, with nothing of the cluster", async () => {
    for (const kind of ["Deployment", "Pod"]) {
      const found = onlyOf(await renderChart(plainValues), kind);
      const pod = kind === "Pod" ? found.spec : found.spec.template.spec;
      expect(pod).toMatchObject({
        serviceAccountName: "iris",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65_532,
          runAsGroup: 65_532,
          fsGroup: 65_532,
          seccompProfile: { type: "RuntimeDefault" },
        },
      });
      const [container, ...others] = pod.containers;
      expect(others).toEqual([]);
      expect(container.image).toBe(image);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
    expect(onlyOf(await renderChart(plainValues), "ServiceAccount").automountServiceAccountToken).toBe(false);
  });

  testWith(
    ["helm"],
    "chooses its pods by the same labels whatever the model, and tells which it is",
    async () => {
      const model = {
        id: "another",
        name: "iris",
        version: "2.0.0",
        creationTime: "2026-02-03T04:05:06.000Z",
      };
      const { spec } = onlyOf(await renderChart({ ...plainValues, model }), "Deployment");
      expect(spec.selector.matchLabels).toEqual(selector);
      expect(spec.template.metadata.labels).toEqual({
        ...selector,
        "app.kubernetes.io/version": "2.0.0",
        "app.kubernetes.io/managed-by": "Helm",
        "app.kubernetes.io/part-of": "iris",
      });
      expect(spec.template.metadata.annotations).toMatchObject({
        "mlt.io/model-id": "another",
        "mlt.io/model-version": "2.0.0",
        "mlt.io/model-creation-time": "2026-02-03T04:05:06.000Z",
      });
    },
  );

  testWith(["helm"], "gives pods the config.yaml as it is, and makes new ones when it changes", async () => {
    // Begins and ends as no YAML of a template would, and holds what a template would run.
    for (const config of [
      "  # {{ .Release.Name }}\nproject: { name: 'a: \"b\"' }\n\n\n",
      "serve:\n\tport\n",
    ]) {
      const objects = await renderChart({ ...plainValues, config });
      const text = onlyOf(objects, "ConfigMap").data["config.yaml"];
      expect(text).toBe(config);
      const { metadata, spec } = onlyOf(objects, "Deployment").spec.template;
      const hash = createHash("sha256").update(config).digest("hex");
      expect(metadata.annotations["checksum/config"]).toBe(hash);
      expect(spec.containers[0].volumeMounts).toContainEqual({
        name: "config",
        mountPath: "/app/config.yaml",
        subPath: "config.yaml",
        readOnly: true,
      });
    }
  });

  testWith(["helm"], "has a certificate from its Secret, and is probed over HTTPS", async () => {
    const objects = await renderChart({ ...plainValues, tlsSecret: "iris-tls", secrets: ["iris-keys"] });
    const { spec } = onlyOf(objects, "Deployment").spec.template;
    const [container] = spec.containers;
    const variables = [
      { name: "MLT_SERVE__TLS_CERT_FILE", value: "/run/secrets/mlt/tls/tls.crt" },
      { name: "MLT_SERVE__TLS_KEY_FILE", value: "/run/secrets/mlt/tls/tls.key" },
    ];
    expect(container.env).toEqual(variables);
    expect(container.envFrom).toEqual([{ secretRef: { name: "iris-keys" } }]);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
      expect(container[probe].httpGet).toMatchObject({ port: "https", scheme: "HTTPS" });
    expect(spec.volumes).toContainEqual({
      name: "tls",
      secret: { secretName: "iris-tls", defaultMode: 0o440 },
    });
    expect(onlyOf(objects, "Service").spec.ports[0]).toMatchObject({ name: "https", appProtocol: "https" });
    // It asks the Service by its name, with the same keys.
    const [asking] = onlyOf(objects, "Pod").spec.containers;
    expect(asking.args).toEqual(["status", "--golden"]);
    expect(asking.envFrom).toEqual([{ secretRef: { name: "iris-keys" } }]);
    expect(asking.env).toEqual([
      { name: "MLT_SERVE__HOST", value: "iris" },
      { name: "MLT_SERVE__PORT", value: "8000" },
      ...variables,
    ]);
  });

  testWith(["helm"], "keeps the spool in the pod, or in a claim with a folder for each pod", async () => {
    const spoolOf = async (spool: object) => {
      const objects = await renderChart({ ...plainValues, spool });
      const { volumes, containers } = onlyOf(objects, "Deployment").spec.template.spec;
      return { objects, volumes, mount: containers[0].volumeMounts[0], env: containers[0].env };
    };
    const inPod = await spoolOf({ size: "384Mi" });
    expect(inPod.volumes).toEqual([{ name: "spool", emptyDir: { sizeLimit: "384Mi" } }]);
    expect(inPod.mount).toEqual({ name: "spool", mountPath: "/var/lib/mlt/spool" });
    expect(inPod.env).toBeUndefined();
    const claimed = await spoolOf({ persistent: true, size: "5Gi", storageClass: "fast" });
    expect(claimed.volumes).toEqual([{ name: "spool", persistentVolumeClaim: { claimName: "iris-spool" } }]);
    expect(claimed.mount).toEqual({
      name: "spool",
      mountPath: "/var/lib/mlt/spool",
      subPathExpr: "$(POD_NAME)",
    });
    expect(claimed.env).toEqual([
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ]);
    const { metadata, spec } = onlyOf(claimed.objects, "PersistentVolumeClaim");
    expect(metadata.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
    expect(spec).toEqual({
      accessModes: ["ReadWriteMany"],
      storageClassName: "fast",
      resources: { requests: { storage: "5Gi" } },
    });
  });
});

testWith(["helm"], "the HorizontalPodAutoscaler decides alone how many pods there are", async () => {
  const autoscaling = { enabled: true, minReplicas: 3, maxReplicas: 9, requestsInProgress: 16 };
  const objects = await renderChart({ ...plainValues, autoscaling });
  expect(onlyOf(objects, "Deployment").spec.replicas).toBeUndefined();
  expect(onlyOf(objects, "HorizontalPodAutoscaler").spec).toEqual({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "iris" },
    minReplicas: 3,
    maxReplicas: 9,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
      },
      {
        type: "Pods",
        pods: {
          metric: { name: "mlt_request_in_progress" },
          target: { type: "AverageValue", averageValue: "16" },
        },
      },
    ],
  });
  const upsideDown = { ...plainValues, autoscaling: { enabled: true, minReplicas: 7 } };
  const { exitCode, stderr } = await helmWith(["template", "iris"], upsideDown);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("autoscaling.minReplicas, 7, is more than autoscaling.maxReplicas, 6");
});

testWith(["helm"], "the NetworkPolicy lets requests in, and DNS and the sinks out", async () => {
  const networkPolicy = { enabled: true, egressPorts: [24_224, 27_017] };
  const { spec } = onlyOf(await renderChart({ ...plainValues, networkPolicy }), "NetworkPolicy");
  expect(spec).toEqual({
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ ports: [{ port: 8000, protocol: "TCP" }] }],
    egress: [
      {
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
      {
        ports: [
          { port: 24_224, protocol: "TCP" },
          { port: 27_017, protocol: "TCP" },
        ],
      },
    ],
  });
});

testWith(["helm"], "the Service has the port of the nodes only where it is of that type", async () => {
  const portOf = async (service: object) =>
    onlyOf(await renderChart({ ...plainValues, service }), "Service").spec.ports[0];
  const port = { name: "http", port: 8000, targetPort: "http", protocol: "TCP", appProtocol: "http" };
  expect(await portOf({})).toEqual({ ...port, nodePort: 30_000 });
  expect(await portOf({ nodePort: 0 })).toEqual(port);
  expect(await portOf({ type: "ClusterIP" })).toEqual(port);
  expect(await portOf({ type: "LoadBalancer", port: 80 })).toEqual({ ...port, port: 80 });
});

describe("names and texts", () => {
  testWith(["helm"], "stay texts where YAML would read numbers and truths", async () => {
    const values = {
      ...plainValues,
      secrets: ["123"],
      tlsSecret: "1e3",
      imagePullSecrets: ["077"],
      spool: { persistent: true, storageClass: "12" },
      ingress: { host: "iris.example.org", className: "no", tlsSecret: "7" },
      gateway: { name: "on", namespace: "42" },
    };
    const objects = await renderChart(values, "true");
    const { metadata, spec } = onlyOf(objects, "Deployment");
    expect(metadata.name).toBe("true");
    expect(spec.selector.matchLabels["app.kubernetes.io/instance"]).toBe("true");
    const pod = spec.template.spec;
    expect(pod.imagePullSecrets).toEqual([{ name: "077" }]);
    expect(pod.containers[0].envFrom).toEqual([{ secretRef: { name: "123" } }]);
    expect(pod.volumes[0]).toMatchObject({ secret: { secretName: "1e3" } });
    expect(onlyOf(objects, "PersistentVolumeClaim").spec.storageClassName).toBe("12");
    expect(onlyOf(objects, "Ingress").spec).toMatchObject({
      ingressClassName: "no",
      tls: [{ secretName: "7" }],
    });
    expect(onlyOf(objects, "HTTPRoute").spec.parentRefs).toEqual([{ name: "on", namespace: "42" }]);
  });

  testWith(["helm"], "reach the pods' config.yaml as they are, whatever is in it", async () => {
    const config = `project:\n  description: "{{ .Values }} a\u2028b\u0085c\u007f\t\\ 'd' ü"\n`;
    const objects = await renderChart({ ...plainValues, config });
    expect(onlyOf(objects, "ConfigMap").data["config.yaml"]).toBe(config);
  });
});
