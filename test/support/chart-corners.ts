/** Values of the chart that are set in a corner, and left as they are in others. */
type Fragment = Readonly<Record<string, unknown>>;

/** A combination of what the chart can be told. */
export interface Corner {
  readonly name: string;
  /** Names of the switches that are on. */
  readonly on: ReadonlySet<Switch>;
  readonly values: Fragment;
}

/** What a release has in every corner: an image, a model, and everything that can be left out left out. */
export const plainValues = {
  image: {
    repository: "registry.example.org:5000/team/iris",
    digest: `sha256:${"0123456789abcdef".repeat(4)}`,
    tag: "1.2.0",
  },
  model: {
    id: "3f2b8c1e-0000-4000-8000-000000000001",
    name: "iris",
    version: "1.2.0",
    creationTime: "2026-01-02T03:04:05.000Z",
  },
  service: { type: "ClusterIP" },
  networkPolicy: { enabled: false },
} as const;

const configText = `# For "people": {{ not a template }}
project:
  name: iris

serve:
  cors_origins: ["https://app.example.org"]
`;

/** Each thing that is there or not, as the values that bring it. */
const switches = {
  config: { config: configText },
  secrets: { secrets: ["iris-keys", "iris-mongodb"] },
  tls: { tlsSecret: "iris-tls" },
  env: { env: { MLT_SERVE__WORKERS: "2", TZ: "Europe/Berlin" } },
  oneReplica: { replicas: 1 },
  autoscaling: { autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 9 } },
  fromOne: { autoscaling: { minReplicas: 1 } },
  byRequests: { autoscaling: { requestsInProgress: 16 } },
  nodePort: { service: { type: "NodePort", nodePort: 30_080 } },
  loadBalancer: { service: { type: "LoadBalancer", port: 80 } },
  ingress: { ingress: { host: "iris.example.org" } },
  ingressDetails: {
    ingress: { className: "nginx", tlsSecret: "iris-edge", annotations: { "example.org/limit": "10" } },
  },
  gateway: { gateway: { name: "edge" } },
  gatewayDetails: { gateway: { namespace: "edge-system", host: "*.example.org" } },
  persistentSpool: { spool: { persistent: true, size: "5Gi" } },
  spoolDetails: { spool: { storageClass: "fast", accessMode: "ReadWriteOnce" } },
  networkPolicy: { networkPolicy: { enabled: true } },
  egressPorts: { networkPolicy: { egressPorts: [24_224, 27_017] } },
  serviceMonitor: { serviceMonitor: { enabled: true, labels: { release: "prometheus" } } },
  dashboard: { dashboard: { enabled: true } },
  placement: {
    nodeSelector: { "kubernetes.io/arch": "amd64" },
    tolerations: [{ key: "models", operator: "Equal", value: "only", effect: "NoSchedule" }],
  },
  podMarks: { podLabels: { team: "flowers" }, podAnnotations: { "example.org/cost": "7" } },
  pullSecrets: { imagePullSecrets: ["registry-login"] },
  atOnce: { preStopSeconds: 0, shutdownSeconds: 0.5 },
  moreResources: { resources: { limits: { cpu: "1.5", memory: "1Gi" }, requests: { cpu: 1 } } },
} as const satisfies Record<string, Fragment>;

export type Switch = keyof typeof switches;

const names: readonly Switch[] = Object.keys(switches).filter((name): name is Switch => name in switches);

/** All on, all off, each alone on, each alone off, and rows in which each two switches are on and off in every combination. */
export const corners: readonly Corner[] = [
  corner("nothing", []),
  corner("everything", names),
  ...names.map((name) => corner(`only ${name}`, [name])),
  ...names.map((name) =>
    corner(
      `all but ${name}`,
      names.filter((other) => other !== name),
    ),
  ),
  ...pairRows(names).map((row, index) => corner(`pairs ${index + 1}`, row)),
];

/** Kinds of the objects, sorted: the rules of the chart, as its values.yaml tells them. */
export function expectedKinds({ on }: Corner): readonly string[] {
  const isOne = on.has("autoscaling") ? on.has("fromOne") : on.has("oneReplica");
  const rules: readonly (readonly [kind: string, isThere: boolean])[] = [
    ["ConfigMap", on.has("config")],
    ["ConfigMap", on.has("dashboard")],
    ["Deployment", true],
    ["HTTPRoute", on.has("gateway")],
    ["HorizontalPodAutoscaler", on.has("autoscaling")],
    ["Ingress", on.has("ingress")],
    ["NetworkPolicy", on.has("networkPolicy")],
    ["PersistentVolumeClaim", on.has("persistentSpool")],
    ["Pod", true],
    ["PodDisruptionBudget", !isOne],
    ["Service", true],
    ["ServiceAccount", true],
    ["ServiceMonitor", on.has("serviceMonitor")],
  ];
  return rules.flatMap(([kind, isThere]) => (isThere ? [kind] : []));
}

function corner(name: string, on: readonly Switch[]): Corner {
  const values = on.reduce<Fragment>((merged, each) => merge(merged, switches[each]), plainValues);
  return { name, on: new Set(on), values };
}

function merge(left: Fragment, right: Fragment): Fragment {
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const before = merged[key];
    merged[key] = isFragment(before) && isFragment(value) ? merge(before, value) : value;
  }
  return merged;
}

function isFragment(value: unknown): value is Fragment {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Eight rows for up to 35 switches. A switch is off in the first row and on in four of the seven others; no two have
 * the same four, so that each two meet in every combination.
 *
 * @see Kleitman and Spencer, Families of k-independent sets, Discrete Mathematics 6 (1973)
 */
function pairRows<Name>(all: readonly Name[]): Name[][] {
  const columns = Array.from({ length: 128 }, (_, bits) => bits).filter((bits) => ones(bits) === 4);
  const isOn = (index: number, row: number) => (((columns[index] ?? 0) >> row) & 1) === 1;
  return Array.from({ length: 8 }, (_, row) => all.filter((_name, index) => row < 7 && isOn(index, row)));
}

function ones(bits: number): number {
  return bits.toString(2).replaceAll("0", "").length;
}
