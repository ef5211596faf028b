import { type Static, Type } from "@sinclair/typebox";
import { DeploySchema } from "./deploy-schema.ts";
import { ImageSchema } from "./image-schema.ts";
import { InfraSchema } from "./infra-schema.ts";
import { LoggingSchema } from "./logging-schema.ts";
import { TrainSchema } from "./train-schema.ts";

const closed = { additionalProperties: false };

const Project = Type.Object(
  {
    name: Type.String({
      description: "Name of the model, its image and its release",
      default: "model",
      // What Helm takes as a release name and Kubernetes as a Service's: RFC 1035, at most 53 characters.
      pattern: "^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$",
      expected: "1 to 53 lower-case letters, digits and hyphens, from a letter to a letter or digit",
    }),
    version: Type.String({
      description: "Version of the model, and the tag of its image",
      default: "0.1.0",
      // Narrow enough for an image tag and for a Kubernetes label.
      pattern: "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
      expected:
        "1 to 63 letters, digits, dots, hyphens and underscores, from a letter or digit to a letter or digit",
    }),
    description: Type.String({ description: "What the model is for, in a sentence", default: "" }),
  },
  { ...closed, description: "What the model is called" },
);

const logFormats = ["auto", "pretty", "json"] as const;
const accessLogs = ["all", "errors", "none"] as const;

const Serve = Type.Object(
  {
    host: Type.String({
      description: "Address to listen on; `0.0.0.0` is every network",
      default: "127.0.0.1",
      pattern: "^[^\\[\\]]+$",
      expected: "a name or address, without brackets",
    }),
    port: Type.Integer({
      description: "Port to listen on; 0 takes a free one",
      default: 5_000,
      minimum: 0,
      maximum: 65_535,
    }),
    workers: Type.Optional(
      Type.Integer({
        description:
          "Processes that answer on the port; if absent, as many as there are CPUs for them, at most 4",
        minimum: 1,
        maximum: 256,
      }),
    ),
    max_rows: Type.Integer({
      description: "Most rows in one request",
      default: 10_000,
      minimum: 1,
    }),
    max_body_bytes: Type.Integer({
      description: "Largest request body, in bytes",
      default: 10_485_760,
      minimum: 1,
    }),
    max_concurrency: Type.Integer({
      description: "Requests in progress in one worker, beyond which predictions get 503",
      default: 1_024,
      minimum: 1,
    }),
    max_queue_rows: Type.Integer({
      description: "Rows waiting for the model in one worker, beyond which predictions get 503",
      default: 20_000,
      minimum: 1,
    }),
    body_timeout: Type.Number({
      description: "Seconds that a request's body may take to arrive",
      default: 30,
      exclusiveMinimum: 0,
      maximum: 3_600,
    }),
    shutdown_timeout: Type.Number({
      description: "Seconds that requests in flight get to finish after SIGTERM",
      default: 30,
      minimum: 0,
      maximum: 3_600,
    }),
    api_keys: Type.Optional(
      Type.Array(
        // No comma: in a variable it stands between two keys.
        Type.String({
          pattern: "^[!-+\\--~]{16,512}$",
          expected: "16 to 512 visible ASCII characters, such as those of `openssl rand -hex 32`",
        }),
        {
          description: "Keys of which a request must send one; absent: anybody is answered",
          // Empty is no way to say "none": it is what a variable becomes when whoever should fill it fails.
          minItems: 1,
          expected: "one or more keys, or not to be set",
          secret: true,
        },
      ),
    ),
    cors_origins: Type.Array(
      Type.String({
        // As a browser sends it, since that is what it is compared with: no path, and no port that the scheme implies.
        pattern:
          "^(\\*|(?!https:.*:443$)(?!http:.*:80$)[a-z][a-z0-9+.-]*://(\\[[0-9a-f:.]+\\]|[a-z0-9_.-]+)(:[1-9][0-9]{0,4})?)$",
        expected:
          'an origin as browsers send it, such as "https://app.example.org" or "http://localhost:8080" ' +
          'without a slash at its end, or "*" for any',
      }),
      {
        description: "Origins whose pages may read the answers: `https://app.example.org`, or `*` for any",
        default: [],
        expected: "a list of origins",
      },
    ),
    tls_cert_file: Type.Optional(
      Type.String({
        description:
          "PEM file of the certificate, followed by those between it and the root, from config.yaml; with it the service speaks HTTPS",
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
    log_format: Type.Union(
      logFormats.map((format) => Type.Literal(format)),
      {
        description: "Lines on stderr: `json`, `pretty`, or `auto`: pretty on a terminal, else JSON",
        default: "auto",
      },
    ),
    access_log: Type.Union(
      accessLogs.map((requests) => Type.Literal(requests)),
      {
        description:
          "Requests that are logged; `errors`: those answered by 400 and above. A 500 is logged in any case",
        default: "all",
      },
    ),
  },
  { ...closed, description: "How `mlt serve` answers" },
);

/** Everything that config.yaml may say: the one source of its types, checks, defaults and reference. */
export const ConfigSchema = Type.Object(
  {
    project: Project,
    source: Type.String({
      description:
        "Folder of `data/data_loader.ts`, `model/train.ts` and `model/features.yaml`, from config.yaml",
      default: "source",
      minLength: 1,
    }),
    model_bin: Type.String({
      description: "Folder that `mlt train` writes the model to, from config.yaml",
      default: "model_bin",
      minLength: 1,
    }),
    train: TrainSchema,
    serve: Serve,
    logging: LoggingSchema,
    image: ImageSchema,
    deploy: DeploySchema,
    infra: InfraSchema,
  },
  closed,
);

/** The configuration, complete and valid. */
export type Config = DeepReadonly<Static<typeof ConfigSchema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
