import { isMap } from "../../../core/config/is-map.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";

export interface TroubleOptions {
  readonly hint?: string;
  /** Of the answer, where there was one. */
  readonly status?: number;
  /** What the registry calls it: `MANIFEST_UNKNOWN`. */
  readonly code?: string;
  /** Whether the same request may succeed in a while. */
  readonly isPassing?: boolean;
  /** Whether nothing listens: a registry that answered before is being started anew. */
  readonly isRefused?: boolean;
  /** The registry is not to be asked again before. */
  readonly retryAfterMs?: number;
}

/**
 * What is wrong with a registry: a clause such as `nothing listens there`. It keeps no cause: what `fetch` throws
 * has addresses in it, and the address of a redirect is a secret.
 */
export class RegistryTrouble extends Error {
  override readonly name: string = "RegistryTrouble";
  readonly options: TroubleOptions;

  constructor(message: string, options: TroubleOptions = {}) {
    super(message);
    this.options = options;
  }
}

/** The error for people. */
export function registryError(action: string, { message, options }: RegistryTrouble): MltError {
  return new MltError(`Cannot ${action}: ${message}`, { hint: options.hint, exitCode: ExitCode.external });
}

const addressHint = "Check the address of the registry, and what stands between here and there.";

/** What an error of `fetch` means, on Bun and on Deno. */
export function connectionTrouble(error: unknown): RegistryTrouble {
  const said = saidBy(error);
  const known = connectionClauses.find(([pattern]) => pattern.test(said));
  if (known === undefined) return new RegistryTrouble("the connection broke", { isPassing: true });
  const [, clause, hint] = known;
  return new RegistryTrouble(clause, { hint, isRefused: /refused/i.test(said) });
}

function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return "";
  // Bun has a code, Deno says more in the cause.
  return `${"code" in error ? String(error.code) : ""} ${error.message} ${saidBy(error.cause)}`;
}

const connectionClauses: readonly (readonly [RegExp, string, string])[] = [
  [/refused/i, "nothing listens there", "Start the registry, or check its address."],
  [/ENOTFOUND|dns error/i, "its name is not known", addressHint],
  [/EAI_AGAIN/i, "its name cannot be looked up now", addressHint],
  [/unreachable|EHOSTUNREACH|ENETUNREACH/i, "there is no way to it", addressHint],
  [
    /EPROTO|wrong.version|InvalidContentType/i,
    "it does not speak HTTPS",
    "Say that it may be spoken with unencrypted, if the network is trusted.",
  ],
  [
    /cert|self.signed|issuer|verif/i,
    "its certificate is not trusted",
    "Name the file of the root certificate in NODE_EXTRA_CA_CERTS.",
  ],
];

/** That nothing came for so long. */
export function silence(timeoutMs: number): RegistryTrouble {
  return new RegistryTrouble(`it did not answer within ${timeoutMs / 1000} s`, {
    hint: addressHint,
    isPassing: true,
  });
}

export interface FailedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const passing = new Set([408, 429, 500, 502, 503, 504]);

/** What an answer means that was not hoped for. */
export function answerTrouble({ status, headers, bytes }: FailedAnswer): RegistryTrouble {
  const { code, text } = firstError(bytes);
  const known = statusClauses[status] ?? { clause: `it answers ${status}` };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return new RegistryTrouble(text === "" ? known.clause : `${known.clause} (${text})`, {
    status,
    code,
    isPassing: passing.has(status),
    ...(known.hint === undefined ? {} : { hint: known.hint }),
    ...(seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {}),
  });
}

const statusClauses: Readonly<Record<number, { readonly clause: string; readonly hint?: string }>> = {
  401: { clause: "it does not accept who asks", hint: "Log in by docker login." },
  403: { clause: "it refuses that", hint: "Log in as someone who may, or ask who runs the registry." },
  404: {
    clause: "it does not know that",
    hint: "Check the name; some registries want a repository to be made first.",
  },
  429: { clause: "it takes no more requests for now", hint: "Log in, or try again later." },
};

const longestText = 200;

/** The first error of a registry's JSON, in one line. */
function firstError(bytes: Uint8Array): { code: string; text: string } {
  const errors = parsed(bytes);
  const first: unknown = isMap(errors) && Array.isArray(errors["errors"]) ? errors["errors"][0] : undefined;
  if (!isMap(first)) return { code: "", text: "" };
  const { code, message } = first;
  const parts = [code, message].filter((part) => typeof part === "string" && part !== "");
  // A stranger's words: no control characters, no end of them.
  const text = parts.join(": ").replace(/\p{C}+/gu, " ");
  return { code: typeof code === "string" ? code : "", text: text.slice(0, longestText) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
