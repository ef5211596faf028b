import { type TSchema, Type } from "@sinclair/typebox";

const closed = { additionalProperties: false };

/** RFC 1123, as Kubernetes names namespaces. */
const label = {
  pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
  expected: "1 to 63 lower-case letters, digits and hyphens, from a letter or digit to a letter or digit",
};

/** RFC 1123 with dots, as Kubernetes names most objects. */
const objectName = {
  pattern: "^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
  expected: "a name in lower-case letters, digits, hyphens and dots",
};

/** A host that requests name; one label may stand for any. */
const host = {
  pattern: "^([*][.])?[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
  expected: "a host in lower-case letters, such as iris.example.org",
};

const cpus = {
  pattern: "^([0-9]+m|[0-9]+([.][0-9]+)?)$",
  expected: "a text with a number of CPUs, such as 500m or 2",
};

const bytes = {
  pattern: "^[0-9]+([.][0-9]+)?([kMGTP]|[KMGTP]i)?$",
  expected: "a text with a number of bytes, such as 512Mi or 1Gi",
};

const port = { minimum: 1, maximum: 65_535 };

/** Of an object of the cluster, whatever it sounds like: its content is secret, its name is not. */
const secretName = (description: string) =>
  Type.Optional(Type.String({ ...objectName, description, secret: false }));

const secretNames = (description: string) =>
  Type.Array(Type.String(objectName), {
    description,
    default: [],
    expected: "a list of names of Secrets",
    secret: false,
  });

const oneOf = <Value extends string>(values: readonly Value[], description: string, value: Value) =>
  Type.Union(
    values.map((each) => Type.Literal(each)),
    { description, default: value },
  );

const Autoscaling = Type.Object(
  {
    enabled: Type.Boolean({
      description: "Whether Kubernetes decides how many pods there are, instead of `deploy.replicas`",
      default: false,
    }),
    min_replicas: Type.Integer({ description: "Fewest pods then", default: 2, minimum: 1 }),
    max_replicas: Type.Integer({ description: "Most pods then", default: 6, minimum: 1 }),
    cpu_percent: Type.Integer({
      description: "Share of `deploy.resources.requests.cpu` that pods use before there are more",
      default: 70,
      minimum: 1,
      maximum: 1_000,
    }),
    requests_in_progress: Type.Integer({
      description:
        "Requests in progress in a pod before there are more pods, where the cluster knows mlt_request_in_progress; 0 does not look at them",
      default: 0,
      minimum: 0,
    }),
  },
  { ...closed, description: "How the number of pods follows the load" },
);

const Service = Type.Object(
  {
    type: oneOf(
      ["NodePort", "ClusterIP", "LoadBalancer"],
      "`NodePort`: a port of every node; `ClusterIP`: only from within the cluster; `LoadBalancer`: an address of its own, where the cluster gives any",
      "NodePort",
    ),
    port: Type.Integer({ description: "Port within the cluster", default: 8_000, ...port }),
    node_port: Type.Integer({
      description: "Port of the nodes, with `NodePort`",
      default: 30_000,
      ...port,
    }),
  },
  { ...closed, description: "How the service is reached" },
);

const Ingress = Type.Object(
  {
    host: Type.Optional(
      Type.String({ ...host, description: "Host that an Ingress sends here; absent: there is no Ingress" }),
    ),
    class: Type.Optional(
      Type.String({ ...objectName, description: "Its class; absent: the cluster's default" }),
    ),
    tls_secret: secretName("Secret with the certificate of that host; absent: without TLS"),
  },
  { ...closed, description: "The Ingress that leads to the service" },
);

const Gateway = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        ...objectName,
        description: "Gateway that an HTTPRoute attaches the service to; absent: there is no HTTPRoute",
      }),
    ),
    namespace: Type.Optional(
      Type.String({ ...label, description: "Namespace of that Gateway; absent: that of the release" }),
    ),
    host: Type.Optional(
      Type.String({ ...host, description: "Host of its requests; absent: those of the Gateway" }),
    ),
  },
  { ...closed, description: "The route of the Gateway API that leads to the service" },
);

const amounts = <Cpu extends TSchema>(cpu: Cpu, memory: string, description: string, which: string) =>
  Type.Object(
    {
      cpu,
      memory: Type.String({ ...bytes, description: `Memory ${which}`, default: memory }),
    },
    { ...closed, description },
  );

const Resources = Type.Object(
  {
    requests: amounts(
      Type.String({ ...cpus, description: "CPUs that a node must have free for a pod", default: "250m" }),
      "256Mi",
      "What a pod needs",
      "that a node must have free for a pod",
    ),
    limits: amounts(
      Type.Optional(
        Type.String({ ...cpus, description: "CPUs that a pod gets at most; absent: what is free" }),
      ),
      "512Mi",
      "What a pod gets at most",
      "beyond which a pod is ended",
    ),
  },
  { ...closed, description: "What a pod needs and gets" },
);

const Spool = Type.Object(
  {
    persistent: Type.Boolean({
      description:
        "Whether the prediction log waits for its sinks on a volume that outlives the pods, a folder for each",
      default: false,
    }),
    size: Type.String({ ...bytes, description: "Size of that volume", default: "1Gi" }),
    storage_class: Type.Optional(
      Type.String({ ...objectName, description: "Its storage class; absent: the cluster's default" }),
    ),
    access_mode: oneOf(
      ["ReadWriteMany", "ReadWriteOnce"],
      "`ReadWriteMany`: from every node; `ReadWriteOnce`: all pods must come to one node",
      "ReadWriteMany",
    ),
  },
  { ...closed, description: "Where pods keep the prediction log until the sinks have it" },
);

const NetworkPolicy = Type.Object(
  {
    enabled: Type.Boolean({
      description:
        "Whether pods may be reached at their port only, and reach nothing but DNS and the sinks of the prediction log",
      default: true,
    }),
    egress_ports: Type.Array(Type.Integer(port), {
      description: "Further ports, TCP, that pods may reach",
      default: [],
      expected: "a list of ports",
    }),
  },
  { ...closed, description: "What pods may reach" },
);

/** The section `deploy`. */
export const DeploySchema = Type.Object(
  {
    release: Type.Optional(
      Type.String({
        description: "Name of the Helm release and of all that belongs to it; if absent, `project.name`",
        pattern: "^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$",
        expected: "1 to 53 lower-case letters, digits and hyphens, from a letter to a letter or digit",
      }),
    ),
    namespace: Type.String({ ...label, description: "Namespace that it lives in", default: "default" }),
    context: Type.Optional(
      Type.String({
        description: "Context of the kubeconfig that names cluster and user; absent: the current one",
        minLength: 1,
      }),
    ),
    replicas: Type.Integer({ description: "How many pods answer", default: 2, minimum: 1 }),
    autoscaling: Autoscaling,
    service: Service,
    ingress: Ingress,
    gateway: Gateway,
    resources: Resources,
    secrets: secretNames(
      "Secrets of the namespace whose keys are variables of the service: `MLT_SERVE__API_KEYS`",
    ),
    tls_secret: secretName("Secret of the type kubernetes.io/tls; with it the service speaks HTTPS"),
    image_pull_secrets: secretNames("Secrets that nodes pull the image with"),
    spool: Spool,
    network_policy: NetworkPolicy,
    service_monitor: Type.Boolean({
      description: "Whether the Prometheus operator is told to scrape the pods",
      default: false,
    }),
    dashboard: Type.Boolean({
      description: "Whether Grafana is given a dashboard of the service, as a ConfigMap",
      default: false,
    }),
    startup_timeout: Type.Integer({
      description: "Seconds that a pod may take to load the model before it is started again",
      default: 120,
      minimum: 1,
      maximum: 3_600,
    }),
    values: Type.Optional(
      Type.String({
        description: "YAML file with further values of the chart, which win, from config.yaml",
        minLength: 1,
      }),
    ),
  },
  { ...closed, description: "What `mlt deploy` makes in Kubernetes" },
);
