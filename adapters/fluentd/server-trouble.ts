import { ExitCode, MltError } from "../../core/errors.ts";
import { type FluentdServer, serverText } from "./fluentd-options.ts";

/** What is wrong with one server: a clause such as `it refuses the connection`, without a secret. */
export class ServerTrouble extends Error {
  override readonly name: string = "ServerTrouble";
  readonly hint: string;
  /** Whether the server closed a connection that had stood. */
  readonly isClosing: boolean;

  constructor(message: string, options: { hint: string; isClosing?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.isClosing = options.isClosing ?? false;
  }
}

/** One server and what is wrong with it. */
export interface FailedServer {
  readonly server: FluentdServer;
  readonly trouble: ServerTrouble;
}

/** The error for people, of all servers that were tried; the hint is of the first, which is the one that matters. */
export function fluentdError(action: string, failed: readonly [FailedServer, ...FailedServer[]]): MltError {
  const [{ trouble }] = failed;
  const places = failed.map((one) => `"${serverText(one.server)}": ${one.trouble.message}`);
  return new MltError(`Cannot ${action} Fluentd at ${places.join("; at ")}`, {
    hint: trouble.hint,
    exitCode: ExitCode.external,
    cause: trouble,
  });
}

export const hints = {
  address: "Check that it runs, and that logging.fluentd.host and logging.fluentd.port are its own.",
  protocol:
    "Check that logging.fluentd.port is the port of a forward input, and that logging.fluentd.tls is as the input has it.",
  certificate:
    "Set logging.fluentd.tls_ca_file to the authority that signed its certificate, and logging.fluentd.host to a name in it.",
  acknowledgement:
    "Look into its log: it acknowledges nothing that it cannot buffer, or that is above its chunk_size_limit.",
  key: "Set MLT_LOGGING__FLUENTD__SHARED_KEY to the shared_key of its section security.",
  noKey:
    "Check that its forward input has a section security, and that logging.fluentd.tls is as the input has it.",
  client: "Let its section security have a client of this address, or allow_anonymous_source.",
  user: "Set MLT_LOGGING__FLUENTD__USERNAME and MLT_LOGGING__FLUENTD__PASSWORD to a user of its section security.",
} as const;

/** That the server let go of a connection. */
export function closedConnection(cause?: unknown): ServerTrouble {
  return new ServerTrouble("it closed the connection", { hint: hints.protocol, isClosing: true, cause });
}

const connectionClauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses the connection",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up now",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "it does not answer",
};

/** What an error of a socket means. */
export function socketTrouble(cause: Error): ServerTrouble {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (code === "ECONNRESET" || code === "EPIPE") return closedConnection(cause);
  const clause = connectionClauses[code];
  if (clause !== undefined) return new ServerTrouble(clause, { hint: hints.address, cause });
  if (/wrong.version.number/i.test(`${code} ${cause.message}`)) {
    return new ServerTrouble("it does not speak TLS", { hint: hints.protocol, cause });
  }
  const isCertificate = /CERT|SIGNATURE|ISSUER/.test(code);
  const said = cause.message.split("\n", 1)[0] || code || "the connection failed";
  return new ServerTrouble(isCertificate ? `its certificate is not trusted: ${said}` : said, {
    hint: isCertificate ? hints.certificate : hints.address,
    cause,
  });
}

/** Time as people read it. */
export function secondsText(ms: number): string {
  return `${ms / 1000} s`;
}
