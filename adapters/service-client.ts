import { ExitCode, MltError } from "../core/errors.ts";
import { reachThisMachineDirectly } from "./reach-directly.ts";

export interface AskOptions {
  /** From the request to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Whether HTTPS must prove whom it speaks with. Deno always asks for that. */
  readonly verifies: boolean;
  /** PEM of the authorities that are trusted; absent: those of the system. Deno takes those of the system alone. */
  readonly ca?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a running service answers to a GET. */
export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks a running service.
 *
 * @throws {MltError} with the exit code 4 when it cannot be reached, does not prove itself, or takes too long
 */
export async function askService(
  url: URL,
  { timeoutMs, verifies, ca, headers = {} }: AskOptions,
): Promise<ServiceAnswer> {
  // A health check asks the service beside it, whatever proxy the service itself is to use.
  reachThisMachineDirectly(url.hostname);
  try {
    const response = await fetch(url, {
      headers: { ...headers },
      signal: AbortSignal.timeout(timeoutMs),
      ...(verifies ? {} : { tls: { rejectUnauthorized: false } }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw unreachable(url, timeoutMs, cause);
  }
}

function unreachable({ origin }: URL, timeoutMs: number, cause: unknown): MltError {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const said = `${code} ${message}`;
  const failure = (reason: string, hint: string) =>
    new MltError(`Cannot ask ${origin}: ${reason}`, { hint, exitCode: ExitCode.external, cause });
  if (name === "TimeoutError") {
    return failure(`no answer within ${timeoutMs / 1000} seconds`, "Look at the log of the service.");
  }
  if (/refused/i.test(said)) {
    return failure("nothing listens there", "Start it with mlt serve, or say where it is with --url.");
  }
  if (/cert|self.signed|verif|issuer/i.test(said)) {
    return failure(
      `its certificate is not trusted (${message})`,
      "Name the root certificate's file in NODE_EXTRA_CA_CERTS.",
    );
  }
  return failure(message, "Check the address, and what stands between here and there.");
}
