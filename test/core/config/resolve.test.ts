import { describe, expect, test } from "bun:test";
import { configKeys } from "../../../core/config/config-keys.ts";
import { type ConfigSources, resolveConfig } from "../../../core/config/resolve.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";

function resolve(sources: Partial<ConfigSources>) {
  return resolveConfig({ flags: {}, environment: {}, ...sources });
}

function failure(sources: Partial<ConfigSources>): MltError {
  try {
    resolve(sources);
  } catch (error) {
    if (error instanceof MltError) return error;
    throw error;
  }
  throw new Error("Expected the configuration to be refused");
}

const yaml = (text: string) => ({ file: { name: "config.yaml", text } });

describe("resolveConfig() by default", () => {
  const defaults = {
    project: { name: "model", version: "0.1.0", description: "" },
    source: "source",
    model_bin: "model_bin",
    train: {
      test_size: 0.2,
      seed: 42,
      split: { strategy: "random" as const },
      data_format: "parquet" as const,
    },
    serve: {
      host: "127.0.0.1",
      port: 5000,
      max_rows: 10_000,
      max_body_bytes: 10_485_760,
      max_concurrency: 1024,
      max_queue_rows: 20_000,
      body_timeout: 30,
      shutdown_timeout: 30,
      cors_origins: [],
      log_format: "auto" as const,
      access_log: "all" as const,
    },
    logging: {
      features: true,
      drop: [],
      hash: [],
      sample_rate: 1,
      log_n_best: 3,
      time_zone: "UTC",
      spool: {
        dir: ".mlt/spool",
        max_bytes: 268_435_456,
        durability: "process" as const,
        on_full: "drop_oldest" as const,
      },
      fluentd: { port: 24_224, standby_hosts: [], ack_timeout: 30, tls: false },
      mongodb: { database: "mlt", collection: "predictions" },
    },
    image: { base: "scratch", runtime: "mlt-runtime", runtime_base: "buildpack-deps:bookworm-scm" },
    deploy: {
      namespace: "default",
      replicas: 2,
      autoscaling: {
        enabled: false,
        min_replicas: 2,
        max_replicas: 6,
        cpu_percent: 70,
        requests_in_progress: 0,
      },
      service: { type: "NodePort" as const, port: 8000, node_port: 30_000 },
      ingress: {},
      gateway: {},
      resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "512Mi" } },
      secrets: [],
      image_pull_secrets: [],
      spool: { persistent: false, size: "1Gi", access_mode: "ReadWriteMany" as const },
      network_policy: { enabled: true, egress_ports: [] },
      service_monitor: false,
      dashboard: false,
      startup_timeout: 120,
    },
    infra: {
      hosts: [],
      bind: "127.0.0.1",
      microk8s: {
        channel: "1.32/stable",
        addons: ["dns", "hostpath-storage", "registry", "metrics-server"],
      },
      jenkins: { port: 8080, branch: "main", agent: "docker" as const },
      efk: {
        search: "opensearch" as const,
        search_port: 9200,
        dashboards_port: 5601,
        fluentd_port: 24_224,
        retention_days: 90,
        memory: "2Gi",
        tls: false,
      },
      mongodb: { port: 27_017, user: "mlt", database: "mlt" },
    },
  };

  test("gives every default without any source", () => {
    const { config, origins } = resolve({});
    expect(config).toEqual(defaults);
    expect([...origins.keys()]).toEqual(configKeys.map((key) => key.name));
    expect([...new Set([...origins.values()].map((origin) => origin.source))]).toEqual(["default"]);
  });

  test.each(["# all of it is optional\n", "serve:\n  # port: 80\n", "{}", "train: {}\nserve: ~\n"])(
    "takes %p for a file that sets nothing",
    (text) => {
      expect(resolve(yaml(text)).config).toEqual(defaults);
    },
  );
});

describe("resolveConfig() by precedence", () => {
  const sources = ["flag", "environment", ".env", "config.yaml"];
  const subsets = Array.from({ length: 16 }, (_, bits) => sources.filter((_, bit) => bits & (1 << bit)));

  test.each(subsets.map((set) => [set.join(", ") || "nothing", set] as const))(
    "takes the strongest of %s",
    (_, set) => {
      const { config, origins } = resolve({
        ...(set.includes("flag") && { flags: { "serve.port": 1, source: "flag" } }),
        ...(set.includes("environment") && {
          environment: { MLT_SERVE__PORT: "2", MLT_SOURCE: "environment" },
        }),
        ...(set.includes(".env") && {
          dotenv: { name: ".env", variables: { MLT_SERVE__PORT: "3", MLT_SOURCE: ".env" } },
        }),
        ...(set.includes("config.yaml") && yaml("source: config.yaml\nserve:\n  port: 4\n")),
      });
      // The sources are listed from the strongest, and each sets its place in that list.
      const strongest = set[0];
      expect(config.serve.port).toBe(strongest === undefined ? 5000 : sources.indexOf(strongest) + 1);
      expect(config.source).toBe(strongest ?? "source");
      expect(String(origins.get("serve.port")?.source)).toBe(strongest ?? "default");
      expect(String(origins.get("source")?.source)).toBe(strongest ?? "default");
    },
  );

  test("tells the line of config.yaml that set a value", () => {
    const { origins } = resolve(yaml("# a model\ntrain:\n  seed: 7\n\nserve: { port: 80 }\n"));
    expect(origins.get("train.seed")).toEqual({ source: "config.yaml", line: 3 });
    expect(origins.get("serve.port")).toEqual({ source: "config.yaml", line: 5 });
    expect(origins.get("serve.host")).toEqual({ source: "default" });
  });

  test("passes over a flag that was not given", () => {
    expect(
      resolve({ flags: { "serve.port": undefined }, ...yaml("serve: {port: 80}") }).config.serve.port,
    ).toBe(80);
  });

  test("knows each key's variable", () => {
    const keys = ["0123456789abcdef", "ABCDEFGHIJKLMNOP"];
    const browsed = ["https://a.example", "http://b.example:81"];
    // A value that each setting takes, other than its default.
    const values: Record<string, [text: string, value: unknown]> = {
      MLT_PROJECT__NAME: ["iris", "iris"],
      MLT_PROJECT__VERSION: ["1.0", "1.0"],
      MLT_PROJECT__DESCRIPTION: ["12", "12"],
      MLT_SOURCE: ["src", "src"],
      MLT_MODEL_BIN: ["bin", "bin"],
      MLT_TRAIN__TEST_SIZE: [".5", 0.5],
      MLT_TRAIN__SEED: [" 0\n", 0],
      MLT_TRAIN__N_ROWS: ["1e3", 1000],
      MLT_TRAIN__THREADS: ["2", 2],
      MLT_TRAIN__SPLIT__STRATEGY: ["group", "group"],
      MLT_TRAIN__SPLIT__COLUMN: ["customer", "customer"],
      MLT_TRAIN__FOLDS: ["5", 5],
      MLT_TRAIN__COMMAND: ["python3 source/train.py", ["python3", "source/train.py"]],
      MLT_TRAIN__DATA_FORMAT: ["csv", "csv"],
      MLT_SERVE__HOST: ["0.0.0.0", "0.0.0.0"],
      MLT_SERVE__PORT: ["+80", 80],
      MLT_SERVE__WORKERS: ["2", 2],
      MLT_SERVE__MAX_ROWS: ["1", 1],
      MLT_SERVE__MAX_BODY_BYTES: ["1024", 1024],
      MLT_SERVE__MAX_CONCURRENCY: ["2", 2],
      MLT_SERVE__MAX_QUEUE_ROWS: ["3", 3],
      MLT_SERVE__BODY_TIMEOUT: ["0.25", 0.25],
      MLT_SERVE__SHUTDOWN_TIMEOUT: ["0.5", 0.5],
      MLT_SERVE__API_KEYS: [`${keys.join(",\n")}\n`, keys],
      MLT_SERVE__CORS_ORIGINS: ["https://a.example, http://b.example:81", browsed],
      MLT_SERVE__TLS_CERT_FILE: ["tls/cert.pem", "tls/cert.pem"],
      MLT_SERVE__TLS_KEY_FILE: ["tls/key.pem", "tls/key.pem"],
      MLT_SERVE__LOG_FORMAT: ["json", "json"],
      MLT_SERVE__ACCESS_LOG: ["errors", "errors"],
      MLT_LOGGING__ENABLED: ["true", true],
      MLT_LOGGING__BASE_LOG_NAME: ["shop.iris", "shop.iris"],
      MLT_LOGGING__FEATURES: ["false", false],
      MLT_LOGGING__DROP: ["petal_width", ["petal_width"]],
      MLT_LOGGING__HASH: ["ID,colour", ["ID", "colour"]],
      MLT_LOGGING__HASH_SALT: ["0123456789abcdef", "0123456789abcdef"],
      MLT_LOGGING__SAMPLE_RATE: ["0.5", 0.5],
      MLT_LOGGING__LOG_N_BEST: ["1", 1],
      MLT_LOGGING__TIME_ZONE: ["Europe/Berlin", "Europe/Berlin"],
      MLT_LOGGING__SPOOL__DIR: ["/var/spool/mlt", "/var/spool/mlt"],
      MLT_LOGGING__SPOOL__MAX_BYTES: ["1000000", 1_000_000],
      MLT_LOGGING__SPOOL__DURABILITY: ["disk", "disk"],
      MLT_LOGGING__SPOOL__ON_FULL: ["reject", "reject"],
      MLT_LOGGING__FLUENTD__HOST: ["fluentd", "fluentd"],
      MLT_LOGGING__FLUENTD__PORT: ["24225", 24_225],
      MLT_LOGGING__FLUENTD__STANDBY_HOSTS: ["b:1 [::1]:24224", ["b:1", "[::1]:24224"]],
      MLT_LOGGING__FLUENTD__ACK_TIMEOUT: ["5", 5],
      MLT_LOGGING__FLUENTD__TLS: ["true", true],
      MLT_LOGGING__FLUENTD__TLS_CA_FILE: ["ca.pem", "ca.pem"],
      MLT_LOGGING__FLUENTD__SHARED_KEY: ["s3cret", "s3cret"],
      MLT_LOGGING__FLUENTD__USERNAME: ["mlt", "mlt"],
      MLT_LOGGING__FLUENTD__PASSWORD: ["hunter2", "hunter2"],
      MLT_LOGGING__MONGODB__URI: ["mongodb://db/?tls=true", "mongodb://db/?tls=true"],
      MLT_LOGGING__MONGODB__DATABASE: ["models", "models"],
      MLT_LOGGING__MONGODB__COLLECTION: ["iris", "iris"],
      MLT_LOGGING__MONGODB__TTL_DAYS: ["90", 90],
      MLT_IMAGE__REGISTRY: ["registry.example.com:5000", "registry.example.com:5000"],
      MLT_IMAGE__REPOSITORY: ["team/models", "team/models"],
      MLT_IMAGE__NAME: ["iris", "iris"],
      MLT_IMAGE__TAG: ["1.2.0", "1.2.0"],
      MLT_IMAGE__BASE: ["debian:12-slim", "debian:12-slim"],
      MLT_IMAGE__RUNTIME: ["stages", "stages"],
      MLT_IMAGE__RUNTIME_BASE: ["debian:13-slim", "debian:13-slim"],
      MLT_IMAGE__USERNAME: ["jenkins", "jenkins"],
      MLT_IMAGE__PASSWORD: ["hunter2", "hunter2"],
      MLT_DEPLOY__RELEASE: ["iris-eu", "iris-eu"],
      MLT_DEPLOY__NAMESPACE: ["models", "models"],
      MLT_DEPLOY__CONTEXT: ["admin@eu", "admin@eu"],
      MLT_DEPLOY__REPLICAS: ["3", 3],
      MLT_DEPLOY__AUTOSCALING__ENABLED: ["true", true],
      MLT_DEPLOY__AUTOSCALING__MIN_REPLICAS: ["3", 3],
      MLT_DEPLOY__AUTOSCALING__MAX_REPLICAS: ["9", 9],
      MLT_DEPLOY__AUTOSCALING__CPU_PERCENT: ["50", 50],
      MLT_DEPLOY__AUTOSCALING__REQUESTS_IN_PROGRESS: ["8", 8],
      MLT_DEPLOY__SERVICE__TYPE: ["ClusterIP", "ClusterIP"],
      MLT_DEPLOY__SERVICE__PORT: ["80", 80],
      MLT_DEPLOY__SERVICE__NODE_PORT: ["30001", 30_001],
      MLT_DEPLOY__INGRESS__HOST: ["iris.example.org", "iris.example.org"],
      MLT_DEPLOY__INGRESS__CLASS: ["nginx", "nginx"],
      MLT_DEPLOY__INGRESS__TLS_SECRET: ["iris-tls", "iris-tls"],
      MLT_DEPLOY__GATEWAY__NAME: ["edge", "edge"],
      MLT_DEPLOY__GATEWAY__NAMESPACE: ["gateways", "gateways"],
      MLT_DEPLOY__GATEWAY__HOST: ["*.example.org", "*.example.org"],
      MLT_DEPLOY__RESOURCES__REQUESTS__CPU: ["1.5", "1.5"],
      MLT_DEPLOY__RESOURCES__REQUESTS__MEMORY: ["1Gi", "1Gi"],
      MLT_DEPLOY__RESOURCES__LIMITS__CPU: ["2", "2"],
      MLT_DEPLOY__RESOURCES__LIMITS__MEMORY: ["2Gi", "2Gi"],
      MLT_DEPLOY__SECRETS: ["iris-keys, mongodb", ["iris-keys", "mongodb"]],
      MLT_DEPLOY__TLS_SECRET: ["iris-tls", "iris-tls"],
      MLT_DEPLOY__IMAGE_PULL_SECRETS: ["registry", ["registry"]],
      MLT_DEPLOY__SPOOL__PERSISTENT: ["true", true],
      MLT_DEPLOY__SPOOL__SIZE: ["10Gi", "10Gi"],
      MLT_DEPLOY__SPOOL__STORAGE_CLASS: ["nfs", "nfs"],
      MLT_DEPLOY__SPOOL__ACCESS_MODE: ["ReadWriteOnce", "ReadWriteOnce"],
      MLT_DEPLOY__NETWORK_POLICY__ENABLED: ["false", false],
      MLT_DEPLOY__NETWORK_POLICY__EGRESS_PORTS: ["443, 5432", [443, 5432]],
      MLT_DEPLOY__SERVICE_MONITOR: ["true", true],
      MLT_DEPLOY__DASHBOARD: ["true", true],
      MLT_DEPLOY__STARTUP_TIMEOUT: ["300", 300],
      MLT_DEPLOY__VALUES: ["values.yaml", "values.yaml"],
      MLT_INFRA__INVENTORY: ["hosts.ini", "hosts.ini"],
      MLT_INFRA__HOSTS: ["admin@10.0.0.5, [::1]:2222", ["admin@10.0.0.5", "[::1]:2222"]],
      MLT_INFRA__BIND: ["0.0.0.0", "0.0.0.0"],
      MLT_INFRA__REGISTRY: ["mirror.example.org:5000/hub", "mirror.example.org:5000/hub"],
      MLT_INFRA__MICROK8S__CHANNEL: ["1.33/edge", "1.33/edge"],
      MLT_INFRA__MICROK8S__ADDONS: ["dns ingress", ["dns", "ingress"]],
      MLT_INFRA__JENKINS__PORT: ["8081", 8081],
      MLT_INFRA__JENKINS__URL: ["http://10.0.0.5:8081", "http://10.0.0.5:8081"],
      MLT_INFRA__JENKINS__REPOSITORY: [
        "https://git.example.org/a/iris.git",
        "https://git.example.org/a/iris.git",
      ],
      MLT_INFRA__JENKINS__BRANCH: ["release/1", "release/1"],
      MLT_INFRA__JENKINS__AGENT: ["kubernetes", "kubernetes"],
      MLT_INFRA__JENKINS__MIN_METRIC: ["f1_macro=0.9", "f1_macro=0.9"],
      MLT_INFRA__EFK__SEARCH: ["elasticsearch", "elasticsearch"],
      MLT_INFRA__EFK__SEARCH_PORT: ["9201", 9201],
      MLT_INFRA__EFK__DASHBOARDS_PORT: ["5602", 5602],
      MLT_INFRA__EFK__FLUENTD_PORT: ["24225", 24_225],
      MLT_INFRA__EFK__RETENTION_DAYS: ["0", 0],
      MLT_INFRA__EFK__MEMORY: ["1536Mi", "1536Mi"],
      MLT_INFRA__EFK__TLS: ["true", true],
      MLT_INFRA__EFK__TLS_CERT_FILE: ["tls/cert.pem", "tls/cert.pem"],
      MLT_INFRA__EFK__TLS_KEY_FILE: ["tls/key.pem", "tls/key.pem"],
      MLT_INFRA__EFK__TLS_CA_FILE: ["tls/ca.pem", "tls/ca.pem"],
      MLT_INFRA__MONGODB__PORT: ["27018", 27_018],
      MLT_INFRA__MONGODB__USER: ["iris", "iris"],
      MLT_INFRA__MONGODB__DATABASE: ["iris", "iris"],
    };
    const environment = Object.fromEntries(Object.entries(values).map(([name, [text]]) => [name, text]));
    const { config, origins } = resolve({ environment });
    expect(Object.keys(values)).toEqual(configKeys.map((key) => key.variable));
    expect([...origins.values()].every((origin) => origin.source === "environment")).toBe(true);
    for (const { path, variable } of configKeys) {
      const found = path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), config);
      expect([variable, found]).toEqual([variable, values[variable]?.[1]]);
    }
  });

  test("leaves variables alone that are not settings", () => {
    const environment = {
      MLT_PORT: "tcp://10.0.0.1:5000",
      MLT_CACHE_DIR: "/tmp",
      PATH: "x__y",
      mlt_serve__port: "z",
    };
    expect(() => resolve({ environment })).not.toThrow();
  });
});

describe("resolveConfig() refuses", () => {
  test.each([
    [
      "an unknown key",
      "serve:\n  prot: 1\n",
      'config.yaml:2:3 Unknown key "serve.prot"; did you mean "port"?',
    ],
    ["an unknown section", "server: {}\n", 'config.yaml:1:1 Unknown key "server"; did you mean "serve"?'],
    ["a key like no other", "zebra: 1\n", 'config.yaml:1:1 Unknown key "zebra"'],
    ["__proto__", "__proto__: 1\n", 'config.yaml:1:1 Unknown key "__proto__"'],
    [
      "a text for an integer",
      "serve:\n  port: abc\n",
      'config.yaml:2:9 Expected serve.port to be an integer from 0 to 65535, not "abc"',
    ],
    [
      "a quoted integer",
      'serve: {port: "80"}\n',
      'config.yaml:1:15 Expected serve.port to be an integer from 0 to 65535, not "80"',
    ],
    [
      "an integer out of range",
      "serve: {port: 0x10000}\n",
      "config.yaml:1:15 Expected serve.port to be an integer from 0 to 65535, not 0x10000",
    ],
    [
      "a fraction for an integer",
      "train: {seed: 1.5}\n",
      "config.yaml:1:15 Expected train.seed to be an integer from 0 to 4294967295, not 1.5",
    ],
    [
      "nothing for an integer",
      "train:\n  n_rows:\n",
      "config.yaml:2:10 Expected train.n_rows to be an integer of at least 1, not null",
    ],
    [
      "an exclusive bound",
      "train: {test_size: 1}\n",
      "config.yaml:1:20 Expected train.test_size to be a number greater than 0 and less than 1, not 1",
    ],
    [
      "what is not a number",
      "train: {test_size: .nan}\n",
      "config.yaml:1:20 Expected train.test_size to be a number greater than 0 and less than 1, not .nan",
    ],
    [
      "a number for a text, as it was written",
      "project: {version: 1.0}\n",
      "config.yaml:1:20 Expected project.version to be 1 to 63 letters, digits, dots, hyphens and underscores, " +
        "from a letter or digit to a letter or digit, not 1.0; quote it",
    ],
    [
      "a name that Kubernetes would refuse",
      "project: {name: My_model}\n",
      "config.yaml:1:17 Expected project.name to be 1 to 53 lower-case letters, digits and hyphens, " +
        'from a letter to a letter or digit, not "My_model"',
    ],
    [
      "a list for a section",
      "serve: [1]\n",
      "config.yaml:1:8 Expected serve to be a map with the keys " +
        "host, port, workers, max_rows, max_body_bytes, max_concurrency, max_queue_rows, body_timeout, shutdown_timeout, " +
        "cors_origins, tls_cert_file, tls_key_file, log_format, access_log, not a list",
    ],
    [
      "a map for a text",
      "source: {a: 1}\n",
      "config.yaml:1:9 Expected source to be text that is not empty, not a map",
    ],
    [
      "a list at the top",
      "- serve\n",
      "config.yaml:1:1 Expected the file to be a map with the keys " +
        "project, source, model_bin, train, serve, logging, image, deploy, infra, not a list",
    ],
    [
      "a key in a section by alias",
      "serve: &s {port: 1}\ntrain: *s\n",
      'config.yaml:1:12 Unknown key "train.port"',
    ],
  ])("%s", (_, text, message) => {
    const error = failure(yaml(text));
    expect(error.message).toBe(message);
    expect(error.hint).toBe('Run "mlt config schema" to see every setting.');
    expect(error.exitCode).toBe(ExitCode.input);
  });

  test.each([
    [
      "an unknown variable",
      { MLT_SERVE__PROT: "1" },
      'Unknown variable "MLT_SERVE__PROT"; did you mean "MLT_SERVE__PORT"?',
    ],
    ["a variable like no other", { MLT_A__B: "1" }, 'Unknown variable "MLT_A__B"'],
    [
      "text",
      { MLT_SERVE__PORT: "abc" },
      'Expected MLT_SERVE__PORT to be an integer from 0 to 65535, not "abc"',
    ],
    [
      "an empty number",
      { MLT_SERVE__PORT: "" },
      'Expected MLT_SERVE__PORT to be an integer from 0 to 65535, not ""',
    ],
    [
      "a hexadecimal",
      { MLT_SERVE__PORT: "0x50" },
      'Expected MLT_SERVE__PORT to be an integer from 0 to 65535, not "0x50"',
    ],
    [
      "too much",
      { MLT_SERVE__PORT: "65536" },
      "Expected MLT_SERVE__PORT to be an integer from 0 to 65535, not 65536",
    ],
    [
      "infinity",
      { MLT_SERVE__SHUTDOWN_TIMEOUT: "1e999" },
      "Expected MLT_SERVE__SHUTDOWN_TIMEOUT to be a number from 0 to 3600, not 1e999",
    ],
    ["an empty text", { MLT_SOURCE: "" }, 'Expected MLT_SOURCE to be text that is not empty, not ""'],
  ])("%s in the environment or .env", (_, variables, message) => {
    expect(failure({ environment: variables }).message).toBe(`environment: ${message}`);
    expect(failure({ dotenv: { name: "a/.env", variables } }).message).toBe(`a/.env: ${message}`);
  });

  test("a bad flag as a usage error", () => {
    const error = failure({ flags: { "serve.port": "abc" } });
    expect(error.message).toBe(
      'command line: Expected serve.port to be an integer from 0 to 65535, not "abc"',
    );
    expect(error.hint).toBe("Run the command with --help to list its flags.");
    expect(error.exitCode).toBe(ExitCode.usage);
  });

  test.each(["serve.prot", "serve.api_keys"])("a flag for %s, which is no flag's, as a bug", (name) => {
    expect(() => resolve({ flags: { [name]: "1" } })).toThrow(RangeError);
  });

  test("with all problems of all sources in one report, also of a value that is overridden", () => {
    const error = failure({
      ...yaml("serve:\n  port: abc\n\nsource: src\nsauce: x\n"),
      dotenv: {
        name: ".env",
        variables: { MLT_TRAIN__SEED: "-1" },
        lines: new Map([["MLT_TRAIN__SEED", 4]]),
      },
      environment: { MLT_SERVE__PORT: "80", MLT_SERV__PORT: "80" },
      flags: { "train.test_size": 2 },
    });
    expect(error.message).toBe(
      [
        "5 problems in config.yaml, .env, environment, command line",
        '  config.yaml:2:9  Expected serve.port to be an integer from 0 to 65535, not "abc"',
        '  config.yaml:5:1  Unknown key "sauce"; did you mean "source"?',
        "  .env:4:1         Expected MLT_TRAIN__SEED to be an integer from 0 to 4294967295, not -1",
        '  environment      Unknown variable "MLT_SERV__PORT"; did you mean "MLT_SERVE__PORT"?',
        "  command line     Expected train.test_size to be a number greater than 0 and less than 1, not 2",
      ].join("\n"),
    );
    expect(error.exitCode).toBe(ExitCode.input);
  });
});

describe("resolveConfig() keeps a secret", () => {
  test("out of config.yaml, and out of its own report", () => {
    const error = failure(
      yaml("serve:\n  token: hunter2\n  apiKey: [hunter2]\nmongodb:\n  password: hunter2\n  host: hunter2\n"),
    );
    expect(error.message).toBe(
      [
        "4 problems in config.yaml",
        '  config.yaml:2:3  Secret "serve.token" is in the file',
        '  config.yaml:3:3  Secret "serve.apiKey" is in the file',
        '  config.yaml:4:1  Unknown key "mongodb"',
        '  config.yaml:5:3  Secret "mongodb.password" is in the file',
      ].join("\n"),
    );
    expect(error.hint).toBe("Move the secret to the environment or to .env.");
  });

  test.each([
    [
      yaml("serve: {port: 'mongodb://me:hunter2@db/x'}\n"),
      "config.yaml:1:15 Expected serve.port to be an integer from 0 to 65535",
    ],
    [
      yaml('serve: {password: "hunter2" hunter3}\n'),
      "config.yaml:1:29 Cannot read what follows; check quotes, brackets and indentation",
    ],
    [
      { environment: { MLT_DB__PASSWORD: "hunter2" } },
      'environment: Unknown variable "MLT_DB__PASSWORD"; did you mean "MLT_IMAGE__PASSWORD"?',
    ],
    [
      { environment: { MLT_SERVE__PORT: "http://hunter2@x" } },
      "environment: Expected MLT_SERVE__PORT to be an integer from 0 to 65535",
    ],
  ])("untold: %j", (sources, message) => {
    expect(failure(sources).message).toBe(message);
  });
});

describe("resolveConfig() takes a secret setting", () => {
  const key = "0123456789abcdef";
  const other = "fedcba9876543210";
  const secretFiles = new Map([["/run/secrets/keys", `${key}\n${other}\n`]]);
  const named = { MLT_SERVE__API_KEYS_FILE: "/run/secrets/keys" };

  test("from its variable, from .env, or from the file that a variable of either names", () => {
    const inFile = { source: "environment", fileVariable: "MLT_SERVE__API_KEYS_FILE" };
    const fromVariable = resolve({ environment: { MLT_SERVE__API_KEYS: key } });
    expect(fromVariable.config.serve.api_keys).toEqual([key]);
    expect(fromVariable.origins.get("serve.api_keys")).toEqual({ source: "environment" });
    const fromFile = resolve({ environment: named, secretFiles });
    expect(fromFile.config.serve.api_keys).toEqual([key, other]);
    expect(Object(fromFile.origins.get("serve.api_keys"))).toEqual(inFile);
    const fromDotenv = resolve({ dotenv: { name: ".env", variables: named }, secretFiles });
    expect(fromDotenv.config.serve.api_keys).toEqual([key, other]);
    expect(Object(fromDotenv.origins.get("serve.api_keys"))).toEqual({ ...inFile, source: ".env" });
  });

  test("from the environment before .env, whichever of them names a file", () => {
    const environment = { MLT_SERVE__API_KEYS: other };
    const dotenv = { name: ".env", variables: named };
    expect(resolve({ environment, dotenv, secretFiles }).config.serve.api_keys).toEqual([other]);
  });

  test("from no file and variable at once", () => {
    const variables = { ...named, MLT_SERVE__API_KEYS: key };
    const lines = new Map([["MLT_SERVE__API_KEYS_FILE", 2]]);
    const message = "Both MLT_SERVE__API_KEYS and MLT_SERVE__API_KEYS_FILE are set; keep one of them";
    expect(failure({ environment: variables, secretFiles }).message).toBe(`environment: ${message}`);
    const dotenv = { name: ".env", variables, lines };
    expect(failure({ dotenv, secretFiles }).message).toBe(`.env:2:1 ${message}`);
  });

  test.each([
    "serve: {api_keys: [hunter2]}",
    "serve: {api_keys: hunter2}",
    "serve:\n  api_keys:\n    - hunter2",
  ])("not from config.yaml, and names its variables: %p", (text) => {
    const error = failure(yaml(text));
    const place = text.includes("\n") ? "2:3" : "1:9";
    expect(error.message).toBe(`config.yaml:${place} Secret "serve.api_keys" is in the file`);
    expect(error.hint).toBe(
      "Set MLT_SERVE__API_KEYS in the environment or in .env, " +
        "or MLT_SERVE__API_KEYS_FILE to the path of a file that holds it.",
    );
    expect(error.exitCode).toBe(ExitCode.input);
  });

  const each = "to be 16 to 512 visible ASCII characters, such as those of `openssl rand -hex 32`";
  test.each([
    ["", "Expected MLT_SERVE__API_KEYS to be one or more keys, or not to be set"],
    [" ,\n", "Expected MLT_SERVE__API_KEYS to be one or more keys, or not to be set"],
    ["hunter2-hunter2", `Expected each entry of MLT_SERVE__API_KEYS ${each}`],
    ["hunter2-hunter2-hünter", `Expected each entry of MLT_SERVE__API_KEYS ${each}`],
    [`hunter2,${key},hunter3`, `Expected each entry of MLT_SERVE__API_KEYS ${each}`],
    ["hunter2".repeat(74), `Expected each entry of MLT_SERVE__API_KEYS ${each}`],
  ])("that is none, and does not repeat it: %p", (text, message) => {
    const error = failure({ environment: { MLT_SERVE__API_KEYS: text } });
    expect(error.message).toBe(`environment: ${message}`);
    expect(error.hint).toBe("Mend MLT_SERVE__API_KEYS, or unset it.");
    expect(error.exitCode).toBe(ExitCode.input);
  });

  test("of a file by the variable that names it", () => {
    const files = new Map([["/run/secrets/keys", "hunter2"]]);
    expect(failure({ environment: named, secretFiles: files }).message).toBe(
      `environment: Expected each entry of MLT_SERVE__API_KEYS_FILE ${each}`,
    );
  });

  test("only where it is one: no other setting has a variable for a file", () => {
    const error = failure({ environment: { MLT_SERVE__PORT_FILE: "x" } });
    expect(error.message).toStartWith('environment: Unknown variable "MLT_SERVE__PORT_FILE"');
  });
});

describe("resolveConfig() takes for an origin of cors_origins", () => {
  test.each([
    "*",
    "https://app.example.org",
    "http://localhost:8080",
    "http://[::1]:8080",
    "https://xn--bcher-kva.example:80",
    "capacitor://localhost",
  ])("%s", (origin) => {
    expect(resolve(yaml(`serve: {cors_origins: ["${origin}"]}`)).config.serve.cors_origins).toEqual([origin]);
  });

  test.each([
    "https://app.example.org/",
    "https://app.example.org/page",
    "https://App.example.org",
    "https://app.example.org:443",
    "http://app.example.org:80",
    "https://*.example.org",
    "app.example.org",
    "https://",
    "null",
    "",
  ])("not %p", (origin) => {
    const error = failure(yaml(`serve:\n  cors_origins:\n    - "${origin}"\n`));
    expect(error.message).toBe(
      "config.yaml:3:7 Expected serve.cors_origins[0] to be an origin as browsers send it, such as " +
        '"https://app.example.org" or "http://localhost:8080" without a slash at its end, or "*" for any, ' +
        `not "${origin}"`,
    );
  });

  test("nothing but entries of a list", () => {
    expect(failure(yaml("serve: {cors_origins: '*'}")).message).toBe(
      'config.yaml:1:23 Expected serve.cors_origins to be a list of origins, not "*"',
    );
  });
});

test("resolveConfig() shows the path of a key's file in its error, since the path is no secret", () => {
  expect(failure(yaml("serve: {tls_key_file: [key.pem]}")).message).toBe(
    "config.yaml:1:23 Expected serve.tls_key_file to be text that is not empty, not a list",
  );
});

describe("resolveConfig() reads image.registry", () => {
  const registry = (name: string) => ({ environment: { MLT_IMAGE__REGISTRY: name } });

  test.each(["localhost", "localhost:5000", "nexus:5000", "ghcr.io", "127.0.0.1:5000", "[::1]:5000"])(
    "as the host %s",
    (name) => {
      expect(resolve(registry(name)).config.image.registry).toBe(name);
    },
  );

  // As the first part of a name, Docker takes `nexus` for a user of docker.io: the model would go out into the world.
  test.each(["nexus", "nexus:", "ghcr.", ".io", "https://ghcr.io", "ghcr.io/team"])(
    "but not as %s",
    (name) => {
      expect(failure(registry(name)).message).toContain("a host with a dot or a port");
    },
  );
});
