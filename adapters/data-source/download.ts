import { open } from "node:fs/promises";
import { ExitCode, MltError } from "../../core/errors.ts";
import { LineCounter, type LinesWanted } from "./line-counter.ts";
import { codeOf, decoded } from "./server-address.ts";

export interface DownloadOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Longest to wait for the next bytes. */
  readonly timeoutMs: number;
  /** Of what the server sends, unpacked from the encoding of the transfer. */
  readonly maxBytes: number;
  /** How many lines are enough, by the content type. */
  readonly linesWanted: (contentType: string) => LinesWanted;
}

const maxRedirects = 5;

/**
 * Fetches a file to a path.
 *
 * @returns the content type
 * @throws {MltError} external, without what the address has behind its path: it may be a secret
 */
export async function download(address: URL, path: string, options: DownloadOptions): Promise<string> {
  const patience = idleTimer(options.timeoutMs);
  const shown = shownOf(address);
  try {
    const response = await follow(address, options.headers, patience.signal);
    if (!response.ok || response.body === null) {
      throw failure(`"${shown}" answered ${response.status} ${response.statusText}`.trimEnd(), answerHint);
    }
    const contentType = response.headers.get("content-type") ?? "";
    await write(response.body, path, {
      lines: options.linesWanted(contentType),
      maxBytes: options.maxBytes,
      shown,
      onBytes: patience.restart,
    });
    return contentType;
  } catch (cause) {
    throw downloadFailure(cause, shown, patience.signal.aborted ? options.timeoutMs : undefined);
  } finally {
    patience.end();
  }
}

/** A runtime's own words may hold the whole address. */
function downloadFailure(cause: unknown, shown: string, waitedMs: number | undefined): unknown {
  if (cause instanceof MltError || isOfFile(cause)) return cause;
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const reason =
    waitedMs === undefined ? codeOf(inner) || "no connection" : `no answer within ${waitedMs / 1000} s`;
  return failure(`Cannot fetch "${shown}": ${reason}`, "Check that the server can be reached from here.");
}

const answerHint = "Check the address, and what the server asks for, such as a header with a token.";

/** Never from https to http, and to another server without the headers that were meant for this one. */
async function follow(
  start: URL,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  let address = new URL(start);
  let headers: Record<string, string> = { ...given };
  if (address.username !== "") {
    const user = `${decoded(address.username)}:${decoded(address.password)}`;
    headers["authorization"] = `Basic ${Buffer.from(user).toString("base64")}`;
  }
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    address.username = "";
    address.password = "";
    const response = await fetch(address, { headers, signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, address);
    refuseUnprotected(start, address, next);
    if (next.origin !== address.origin) headers = {};
    address = next;
  }
  throw failure(
    `"${shownOf(start)}" leads from one address to the next, more than ${maxRedirects}`,
    answerHint,
  );
}

function refuseUnprotected(start: URL, from: URL, to: URL): void {
  if (to.protocol === "https:" || to.protocol === from.protocol) return;
  const why = to.protocol === "http:" ? "which nobody protects" : "which is no web server";
  throw failure(`"${shownOf(start)}" leads to ${to.protocol}//, ${why}`, answerHint);
}

interface WriteOptions {
  readonly lines: LinesWanted;
  readonly maxBytes: number;
  readonly shown: string;
  readonly onBytes: () => void;
}

async function write(body: ReadableStream<Uint8Array>, path: string, options: WriteOptions): Promise<void> {
  const { maxBytes, shown, onBytes } = options;
  await using file = await open(path, "w", 0o600);
  const counter = new LineCounter(options.lines);
  let size = 0;
  // Leaving the loop ends the transfer.
  for await (const chunk of body) {
    onBytes();
    size += chunk.length;
    if (size > maxBytes) {
      throw failure(
        `"${shown}" is larger than ${maxBytes} bytes`,
        "Pass a larger maxBytes, or load less of it.",
      );
    }
    const end = counter.endIn(chunk);
    await file.write(end === undefined ? chunk : chunk.subarray(0, end));
    if (end !== undefined) break;
  }
}

/** Aborts what goes on for so long without a restart. */
function idleTimer(givenMs: number) {
  // A timer takes no more, which is 24 days.
  const timeMs = Math.min(givenMs, 2 ** 31 - 1);
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, timeMs);
  return {
    signal: controller.signal,
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, timeMs);
    },
    end: () => clearTimeout(timer),
  };
}

/** An address without what it has behind its path, and before its host: that may be a secret. */
export function shownOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** The disk's failure, not the network's. */
function isOfFile(cause: unknown): boolean {
  return (
    cause instanceof Error && "syscall" in cause && (cause.syscall === "write" || cause.syscall === "open")
  );
}

function failure(message: string, hint: string): MltError {
  return new MltError(message, { hint, exitCode: ExitCode.external });
}
