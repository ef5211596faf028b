/** One server that speaks the forward protocol. */
export interface FluentdServer {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** How predictions reach Fluentd. */
export interface FluentdOptions {
  /** The first takes what is sent; the others, in their order, while it does not. */
  readonly servers: readonly [FluentdServer, ...FluentdServer[]];
  /** First part of the tag; absent: the record's `model_name`. */
  readonly baseLogName?: string | undefined;
  /** Absent: no TLS. */
  readonly tls?: FluentdTls | undefined;
  readonly security?: FluentdSecurity | undefined;
  readonly ackTimeoutMs: number;
  /** For the connection with TLS, and for each message of the handshake; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** How long a server that failed is passed over while another takes its place; default 60 s. */
  readonly retryAfterMs?: number;
  /** Milliseconds of a clock that only goes forward; default that of the process. */
  readonly now?: () => number;
}

export interface FluentdTls {
  /** PEM of the authorities that are trusted; absent: those of the system. */
  readonly ca?: string | undefined;
}

/** What the server's section `security` asks for. */
export interface FluentdSecurity {
  /** Empty where only a user is asked for. */
  readonly sharedKey: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export const defaultConnectTimeoutMs = 5_000;

/** The server that a text of the configuration names: `fluentd-1`, `fluentd-1:24225`, `[::1]:24224`, `::1`. */
export function fluentdServer(text: string, defaultPort: number): FluentdServer {
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? name ?? text, port: port === undefined ? defaultPort : Number(port) };
}

/** A server as people write it. */
export function serverText({ host, port }: FluentdServer): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
