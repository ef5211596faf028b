import { Type } from "@sinclair/typebox";

const closed = { additionalProperties: false };

const durabilities = ["process", "disk", "none"] as const;
const fullPolicies = ["drop_oldest", "reject"] as const;

const Spool = Type.Object(
  {
    dir: Type.String({
      description: "Folder that predictions are kept in until every sink has them, from config.yaml",
      default: ".mlt/spool",
      minLength: 1,
    }),
    max_bytes: Type.Integer({
      description: "Most bytes of the folder; the oldest that every sink has make room first",
      default: 268_435_456,
      minimum: 65_536,
    }),
    durability: Type.Union(
      durabilities.map((durability) => Type.Literal(durability)),
      {
        description:
          "What an answered prediction survives: `process`: a crash of the service; `disk`: of the machine, which every answer waits for; `none`: neither",
        default: "process",
      },
    ),
    on_full: Type.Union(
      fullPolicies.map((policy) => Type.Literal(policy)),
      {
        description:
          "Where nothing more can be kept: `drop_oldest` goes on answering and counts what is lost; `reject` answers predictions by 503",
        default: "drop_oldest",
      },
    ),
  },
  { ...closed, description: "Where predictions wait for the sinks" },
);

const server = {
  pattern: "^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[1-9][0-9]{0,4})?$",
  expected: "a name or address, with a port or without, such as fluentd-1:24224",
};

const Fluentd = Type.Object(
  {
    host: Type.Optional(
      Type.String({
        description:
          "Name or address of the Fluentd or Fluent Bit that predictions are sent to; absent: none",
        minLength: 1,
      }),
    ),
    port: Type.Integer({
      description: "Port of its `forward` input",
      default: 24_224,
      minimum: 1,
      maximum: 65_535,
    }),
    standby_hosts: Type.Array(Type.String(server), {
      description:
        "Servers that take its place while it does not answer, in this order: `fluentd-1`, `fluentd-2:24225`",
      default: [],
      expected: "a list of names or addresses, with ports or without",
    }),
    ack_timeout: Type.Number({
      description: "Seconds that the server may take to acknowledge what it was sent",
      default: 30,
      exclusiveMinimum: 0,
      maximum: 3_600,
    }),
    tls: Type.Boolean({ description: "Whether to speak TLS with it", default: false }),
    tls_ca_file: Type.Optional(
      Type.String({
        description:
          "PEM file of the authority that signed its certificate, from config.yaml; absent: those of the system",
        minLength: 1,
      }),
    ),
    shared_key: Type.Optional(
      Type.String({ description: "The `shared_key` of its `security` section", minLength: 1, secret: true }),
    ),
    username: Type.Optional(
      Type.String({ description: "The user name, where its `security` section asks for one", minLength: 1 }),
    ),
    password: Type.Optional(Type.String({ description: "The user's password", minLength: 1, secret: true })),
  },
  { ...closed, description: "The sink of EFK: Fluentd or Fluent Bit" },
);

const MongoDb = Type.Object(
  {
    uri: Type.Optional(
      Type.String({
        description:
          "Connection string of the MongoDB that predictions are written to, with user, password and TLS; absent: none",
        pattern: "^mongodb(\\+srv)?://.+$",
        expected: "a connection string that begins with mongodb:// or mongodb+srv://",
        secret: true,
      }),
    ),
    database: Type.String({
      description: "Database that they are written to",
      default: "mlt",
      pattern: '^[^/\\\\. "$*<>:|?\\x00]{1,63}$',
      expected: '1 to 63 characters without blanks and / \\ . " $ * < > : | ?',
    }),
    collection: Type.String({
      description: "Collection that they are written to",
      default: "predictions",
      pattern: "^(?!system\\.)[^$\\x00]{1,120}$",
      expected: "1 to 120 characters without $ that do not begin with system.",
    }),
    ttl_days: Type.Optional(
      Type.Integer({
        description: "Days after which MongoDB removes a prediction; absent: it keeps them",
        minimum: 1,
        maximum: 20_000,
      }),
    ),
  },
  { ...closed, description: "The sink that models are measured from later: MongoDB" },
);

/** The section `logging`. */
export const LoggingSchema = Type.Object(
  {
    enabled: Type.Optional(
      Type.Boolean({
        description: "Whether predictions are logged; if absent, they are where Fluentd or MongoDB is set",
      }),
    ),
    base_log_name: Type.Optional(
      Type.String({
        description: "First part of the tag at Fluentd, as in `iris.predict`; if absent, the model's name",
        pattern: "^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$",
        expected: "letters, digits, hyphens and underscores, in parts with dots between them",
      }),
    ),
    features: Type.Boolean({
      description: "Whether a record holds the values that the model was given",
      default: true,
    }),
    drop: Type.Array(Type.String({ minLength: 1 }), {
      description: "Features, and the id, that are left out of records",
      default: [],
      expected: "a list of names of features.yaml",
    }),
    hash: Type.Array(Type.String({ minLength: 1 }), {
      description:
        "Features, and the id, of which records hold the HMAC-SHA256 under `hash_salt` instead of the value",
      default: [],
      expected: "a list of names of features.yaml",
    }),
    hash_salt: Type.Optional(
      Type.String({
        description: "Key of those hashes: with another one, the same value has another hash",
        minLength: 16,
        expected: "at least 16 characters, such as those of `openssl rand -hex 32`",
        secret: true,
      }),
    ),
    sample_rate: Type.Number({
      description: "Share of the requests that is logged",
      default: 1,
      minimum: 0,
      maximum: 1,
    }),
    log_n_best: Type.Integer({
      description: "Most classes in a record, the most probable first",
      default: 3,
      minimum: 1,
      maximum: 1_000,
    }),
    time_zone: Type.String({
      description: "Time zone that a record's timestamp is written in, such as `Europe/Berlin`",
      default: "UTC",
      minLength: 1,
    }),
    spool: Spool,
    fluentd: Fluentd,
    mongodb: MongoDb,
  },
  { ...closed, description: "The log of predictions" },
);
