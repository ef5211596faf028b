import type { StackAnswer, StackCertificate } from "./stack-file.ts";

/** A service of a stack, with all that it takes to ask it. */
export interface AnswerTarget {
  readonly service: string;
  /** For people: `MongoDB`. */
  readonly name: string;
  readonly protocol: StackAnswer["protocol"];
  /** An address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What is asked, and what people are told to open; of http and https. */
  readonly path: string;
  readonly shownPath: string;
  readonly user?: string | undefined;
  /** Name of the file with the user's password, or with the shared key. */
  readonly secret?: string | undefined;
  readonly database?: string | undefined;
  /** Name of the file with what its certificate is held against; absent: it has none, or nobody knows. */
  readonly authority?: string | undefined;
}

interface TargetPlace {
  readonly certificate?: StackCertificate | undefined;
  /** How the machine with the stack is called from here; absent: it is this one, or nobody knows. */
  readonly machine?: string | undefined;
}

/** The target of an entry of `x-mlt.answers`, with the values of the variables that it names. */
export function answerTarget(
  answer: StackAnswer,
  variables: Readonly<Record<string, string>>,
  { certificate, machine }: TargetPlace = {},
): AnswerTarget {
  const filled = (text: string | undefined) =>
    text?.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? "");
  const path = filled(answer.path) ?? "/";
  const hasTls = answer.tls === true && certificate !== undefined && variables[certificate.on] === "true";
  return {
    service: answer.service,
    name: answer.name,
    protocol: hasTls && answer.protocol === "http" ? "https" : answer.protocol,
    host: reachableHost(variables["MLT_BIND"] ?? "127.0.0.1", machine),
    port: Number(variables[answer.port] ?? answer.port),
    path,
    shownPath: filled(answer.shown) ?? path,
    user: filled(answer.user),
    secret: answer.secret,
    database: filled(answer.database),
    ...(hasTls ? { authority: certificate.authority } : {}),
  };
}

/** Where a port that is open on this address is reached. */
function reachableHost(bind: string, machine: string | undefined): string {
  const address = bind.replace(/^\[(.*)\]$/, "$1");
  if (address === "0.0.0.0") return machine ?? "127.0.0.1";
  return address === "::" ? (machine ?? "::1") : address;
}

/** `http://127.0.0.1:5601/app/home`, `mongodb://127.0.0.1:27017/mlt`, `fluentd 127.0.0.1:24224`; no secret in it. */
export function targetUrl({ protocol, host, port, shownPath, database }: AnswerTarget): string {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (protocol === "fluentd") return `forward://${authority}`;
  if (protocol === "mongodb") return `mongodb://${authority}/${database ?? ""}`;
  return `${protocol}://${authority}${shownPath === "/" ? "" : shownPath}`;
}

/** With user and password. */
export function mongodbUri({ host, port, user = "", database = "" }: AnswerTarget, password: string): string {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const login = user === "" ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `mongodb://${login}${authority}/${database}${login === "" ? "" : `?authSource=${database}`}`;
}

/**
 * The settings with which a project's service logs to these targets.
 *
 * @param secretsDir  folder of the files with the secrets, as config.yaml would name it
 * @returns config: of config.yaml, by name; secret: of the environment, by variable
 */
export function loggingSettings(
  targets: readonly AnswerTarget[],
  secrets: Readonly<Record<string, string>>,
  secretsDir: string,
): {
  readonly config: Readonly<Record<string, string | number | boolean>>;
  readonly secret: Readonly<Record<string, string>>;
} {
  const fluentd = targets.find(({ protocol }) => protocol === "fluentd");
  const mongodb = targets.find(({ protocol }) => protocol === "mongodb");
  const key = fluentd?.secret === undefined ? undefined : secrets[fluentd.secret];
  return {
    config: {
      ...(fluentd && { "logging.fluentd.host": fluentd.host, "logging.fluentd.port": fluentd.port }),
      ...(fluentd?.authority && {
        "logging.fluentd.tls": true,
        "logging.fluentd.tls_ca_file": `${secretsDir}/${fluentd.authority}`,
      }),
      ...(mongodb?.database && { "logging.mongodb.database": mongodb.database }),
    },
    secret: {
      ...(key === undefined ? {} : { MLT_LOGGING__FLUENTD__SHARED_KEY: key }),
      ...(mongodb && { MLT_LOGGING__MONGODB__URI: mongodbUri(mongodb, secrets[mongodb.secret ?? ""] ?? "") }),
    },
  };
}
