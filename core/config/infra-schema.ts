import { Type } from "@sinclair/typebox";
import { imagePathPart, registryHost } from "./image-schema.ts";

const closed = { additionalProperties: false };

const port = (description: string, value: number) =>
  Type.Integer({ description, default: value, minimum: 1, maximum: 65_535 });

/** What names may be that become users and databases: nothing that a shell, a URI or YAML reads as more. */
const plainName = {
  pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$",
  expected: "1 to 63 letters, digits, hyphens and underscores, from a letter",
};

const oneOf = <Value extends string>(values: readonly Value[], description: string, value: Value) =>
  Type.Union(
    values.map((each) => Type.Literal(each)),
    { description, default: value },
  );

const Microk8s = Type.Object(
  {
    channel: Type.String({
      description: "Channel of the snap that MicroK8s comes from",
      default: "1.32/stable",
      pattern: "^([0-9]+[.][0-9]+(-strict)?|latest)/(stable|candidate|beta|edge)$",
      expected: "a version and a risk, such as 1.32/stable",
    }),
    addons: Type.Array(
      Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", expected: "a name in lower-case letters and hyphens" }),
      {
        description: "Addons that are switched on",
        default: ["dns", "hostpath-storage", "registry", "metrics-server"],
        expected: "a list of addons",
      },
    ),
  },
  { ...closed, description: "The Kubernetes of `mlt infra up microk8s`" },
);

const Jenkins = Type.Object(
  {
    port: port("Port that Jenkins answers on", 8_080),
    url: Type.Optional(
      Type.String({
        description:
          "How browsers and pods reach Jenkins, if not at `localhost`; `agent: kubernetes` needs it, and an `infra.bind` to match",
        pattern: "^https?://[^\\s@/?#]+(/[^\\s?#]*)?$",
        expected: "a URL, such as http://10.0.0.5:8080",
      }),
    ),
    repository: Type.Optional(
      Type.String({
        description:
          "Git repository of the project, which the pipelines are read from, without a password in it",
        // One with a password would be kept in the job, and shown. Jenkins gets no key for SSH, and sees no file of this machine.
        pattern: "^https?://[^\\s@/]+/\\S+$",
        expected: "a URL by http or https, without a password, such as https://git.example.org/team/iris.git",
      }),
    ),
    branch: Type.String({
      description: "Branch that the pipelines are read from",
      default: "main",
      pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*$",
      expected: "a name of a branch",
    }),
    agent: oneOf(
      ["docker", "kubernetes"],
      "Where stages run: `docker`: in a container beside Jenkins; `kubernetes`: in a pod of the cluster",
      "docker",
    ),
    min_metric: Type.Optional(
      Type.String({
        description:
          "Bound that the pipeline `train-model` gives to `mlt train --min-metric`: `accuracy=0.9`",
        pattern: "^[a-z0-9_]+=[0-9.]+(,[a-z0-9_]+=[0-9.]+)*$",
        expected: "a metric and its least value, such as accuracy=0.9",
      }),
    ),
  },
  { ...closed, description: "The Jenkins of `mlt infra up jenkins`" },
);

const Efk = Type.Object(
  {
    search: oneOf(
      ["opensearch", "elasticsearch"],
      "What keeps the records and draws them: `opensearch`, with its Dashboards; `elasticsearch`, with Kibana",
      "opensearch",
    ),
    search_port: port("Port that OpenSearch or Elasticsearch answers on", 9_200),
    dashboards_port: port("Port that Dashboards or Kibana answers on", 5_601),
    fluentd_port: port("Port that Fluentd takes records on", 24_224),
    retention_days: Type.Integer({
      description: "Days after which records are removed; 0 keeps them",
      default: 90,
      minimum: 0,
      maximum: 36_500,
    }),
    memory: Type.String({
      description: "Memory that OpenSearch or Elasticsearch gets at most; half of it is its heap",
      default: "2Gi",
      pattern: "^[1-9][0-9]{0,6}(Mi|Gi)$",
      expected: "a text with a number of bytes, such as 1536Mi or 2Gi",
    }),
    tls: Type.Boolean({
      description: "Whether they speak TLS, among themselves too; without files of a certificate one is made",
      default: false,
    }),
    tls_cert_file: Type.Optional(
      Type.String({
        description:
          "PEM file of a certificate for `localhost`, `search`, `dashboards` and how others call the machine, from config.yaml",
        minLength: 1,
      }),
    ),
    tls_key_file: Type.Optional(
      Type.String({
        description: "PEM file of the certificate's private key, from config.yaml",
        minLength: 1,
        // The name of a file, whatever it sounds like.
        secret: false,
      }),
    ),
    tls_ca_file: Type.Optional(
      Type.String({
        description: "PEM file of the authority that signed the certificate, from config.yaml",
        minLength: 1,
      }),
    ),
  },
  { ...closed, description: "The log search of `mlt infra up efk`" },
);

const Mongodb = Type.Object(
  {
    port: port("Port that MongoDB answers on", 27_017),
    user: Type.String({ ...plainName, description: "User that the service writes as", default: "mlt" }),
    database: Type.String({ ...plainName, description: "Database that this user may use", default: "mlt" }),
  },
  { ...closed, description: "The MongoDB of `mlt infra up mongodb`" },
);

/** The section `infra`. */
export const InfraSchema = Type.Object(
  {
    inventory: Type.Optional(
      Type.String({
        description:
          "Inventory of Ansible with the hosts, from config.yaml; absent: it is made of `infra.hosts`",
        minLength: 1,
      }),
    ),
    hosts: Type.Array(
      Type.String({
        pattern:
          "^([A-Za-z_][A-Za-z0-9_.-]*@)?([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+\\])(:[1-9][0-9]{0,4})?$",
        expected: "a host with its user and port if they matter, such as admin@10.0.0.5:22",
      }),
      {
        description:
          "Hosts that are set up by SSH: the first gets everything, the others join its Kubernetes",
        default: [],
        expected: "a list of hosts",
      },
    ),
    bind: Type.String({
      description: "Address that ports are opened on; `0.0.0.0` is every network",
      default: "127.0.0.1",
      pattern: "^([0-9]{1,3}([.][0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*)$",
      expected: "an address, without brackets",
    }),
    registry: Type.Optional(
      Type.String({
        description:
          "Registry that all images are taken from, in place of their own, with its port and path if it has them",
        pattern: `^(${registryHost})(/${imagePathPart})*$`,
        expected: "a host with a dot or a port, such as registry.example.com:5000, without https://",
      }),
    ),
    microk8s: Microk8s,
    jenkins: Jenkins,
    efk: Efk,
    mongodb: Mongodb,
  },
  { ...closed, description: "What `mlt infra` sets up" },
);
