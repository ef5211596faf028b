import { ExitCode, MltError } from "../core/errors.ts";
import type { TlsIdentity } from "./tls-files.ts";

export interface ListenOptions {
  /** Address or name of this machine: `127.0.0.1`, or `0.0.0.0` for every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Lets several processes listen on the same port; the system shares connections out. Default false. */
  readonly reusePort?: boolean;
  /** Speaks HTTPS, TLS 1.2 or later, and nothing else on this port. Default: plain HTTP. */
  readonly tls?: TlsIdentity;
}

/** A server that takes requests. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  /**
   * Takes no more connections, waits up to `timeoutMs` for requests in progress, then gives up what is left.
   * Safe to call twice.
   */
  stop(timeoutMs: number): Promise<void>;
}

export type Fetch = (request: Request) => Response | Promise<Response>;

/** What the two runtimes' servers have in common. */
interface RunningServer {
  readonly port: number;
  /** Resolves when the last request in progress is answered. */
  finish(): Promise<void>;
  /** Gives up what is not finished, so that it does not keep the process alive. */
  abort(): Promise<void>;
}

/** What is used of Deno's server. */
interface DenoRuntime {
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly reusePort: boolean;
      readonly onListen: () => void;
      readonly onError: () => Response;
      readonly cert?: string;
      readonly key?: string;
    },
    handler: Fetch,
  ): {
    readonly addr: { readonly port: number };
    shutdown(): Promise<void>;
    unref(): void;
  };
}

declare const Deno: DenoRuntime | undefined;

/** Seconds; longer than the usual 60 of a proxy that keeps its connections open. */
const idleTimeoutSeconds = 75;

/**
 * Serves HTTP on Bun or Deno. A body may be of any length: `fetch` refuses one that is too long before reading it.
 *
 * @param fetch  answers a request; it must not reject
 * @throws {MltError} when the address cannot be listened on
 */
export function listen(fetch: Fetch, options: ListenOptions): Promise<Listening> {
  // Promise.resolve().then: what a runtime throws becomes a rejection.
  return Promise.resolve().then(() => {
    const server = start(fetch, options);
    return { port: server.port, url: urlOf(options, server.port), stop: stopper(server) };
  });
}

function start(fetch: Fetch, options: ListenOptions): RunningServer {
  try {
    return typeof Deno === "undefined" ? startBun(fetch, options) : startDeno(Deno, fetch, options);
  } catch (cause) {
    throw listenError(cause, options);
  }
}

function startBun(fetch: Fetch, { host, port, reusePort = false, tls }: ListenOptions): RunningServer {
  const server = Bun.serve({
    hostname: host,
    port,
    reusePort,
    development: false,
    idleTimeout: idleTimeoutSeconds,
    // Bun's own answer to a long body would be without a reason and a request id.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key } }),
    fetch: (request) => fetch(withAbsoluteUrl(request)),
    error: () => new Response(null, { status: 500 }),
  });
  return {
    port: server.port ?? port,
    finish: () => server.stop(false),
    abort: () => server.stop(true),
  };
}

/** Without a Host header (HTTP/1.0, such as a load balancer's check) Bun gives the path alone as the address. */
function withAbsoluteUrl(request: Request): Request {
  return request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : request;
}

function startDeno(runtime: DenoRuntime, fetch: Fetch, options: ListenOptions): RunningServer {
  const { host, port, reusePort = false, tls } = options;
  const identity = tls === undefined ? {} : { cert: tls.cert, key: tls.key };
  const onListen = () => undefined;
  const onError = () => new Response(null, { status: 500 });
  const server = runtime.serve({ hostname: host, port, reusePort, onListen, onError, ...identity }, fetch);
  return {
    port: server.addr.port,
    finish: () => server.shutdown(),
    // Deno cannot close connections once it is shutting down; it can stop waiting for them.
    abort: () => Promise.resolve(server.unref()),
  };
}

function stopper(server: RunningServer): Listening["stop"] {
  return async (timeoutMs) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), timeoutMs);
    });
    try {
      if ((await Promise.race([server.finish(), timeout])) === "late") await server.abort();
    } finally {
      clearTimeout(timer);
    }
  };
}

function urlOf({ host, tls }: ListenOptions, port: number): string {
  return `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function listenError(cause: unknown, { host, port }: ListenOptions): MltError {
  const exitCode = ExitCode.external;
  switch (codeOf(cause)) {
    case "EADDRINUSE":
      return addressInUse(cause, { host, port });
    case "EACCES":
    case "EPERM":
      return new MltError(`Cannot listen on port ${port} of "${host}": it needs permission`, {
        hint: "Choose a port above 1023 with --port, or with serve.port in config.yaml.",
        exitCode,
        cause,
      });
    default:
      return new MltError(`Cannot listen on "${host}": it is no address of this machine`, {
        hint: 'Choose an address with --host, or with serve.host in config.yaml, such as "0.0.0.0".',
        exitCode,
        cause,
      });
  }
}

/** What is said of a port that another program has. */
export function addressInUse(cause: unknown, { host, port }: Pick<ListenOptions, "host" | "port">): MltError {
  return new MltError(`Cannot listen on port ${port} of "${host}": another program has it`, {
    hint: "Choose another port with --port, or with serve.port in config.yaml.",
    exitCode: ExitCode.external,
    cause,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
