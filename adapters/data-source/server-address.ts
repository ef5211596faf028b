import { ExitCode, MltError } from "../../core/errors.ts";
import { refuseWrittenSecret } from "./written-secret.ts";

/** Where a database is, and what may be told of it. */
export interface ServerAddress {
  /** With user and password. */
  readonly url: string;
  /** `PostgreSQL at "db.example:5432/shop"`: without user and password. */
  readonly shown: string;
  /** The password, percent-decoded; empty where there is none. */
  readonly password: string;
}

export interface AddressRules {
  /** The loader's name. */
  readonly called: string;
  /** Such as `PostgreSQL`. */
  readonly product: string;
  /** Such as `postgres`, the one to write first. */
  readonly schemes: readonly string[];
}

/** Scheme, user and password, place, and what stands behind it. No URL: there may be several hosts. */
const parts = /^([\w+.-]+):\/\/(?:([^/?#]*)@)?([^?#]*)([?#].*)?$/;
const host = String.raw`(?:\[[\da-f:.]+\]|[\w.%-]*)(?::\d+)?`;
const places = new RegExp(`^${host}(?:,${host})*(?:/[^@]*)?$`, "i");

/**
 * Reads a connection string.
 *
 * @throws {MltError} where it is missing, of another kind, or has a password that is no secret of the environment
 */
export function serverAddress(
  given: string | undefined,
  { called, product, schemes }: AddressRules,
): ServerAddress {
  if (given === undefined || given === "") {
    throw new MltError(`${called} was given no connection string`, {
      hint: `Set a variable to ${exampleOf(schemes)} in .env, and pass process.env["NAME"] as url.`,
    });
  }
  const [, scheme = "", user = "", place = "", rest = ""] = parts.exec(given) ?? [];
  // What is left of an @ is no place, but a password with a slash or the like: it must not be shown as one.
  if (!places.test(place) || rest.includes("@")) throw unreadableAddress({ called, product, schemes });
  if (!schemes.includes(scheme)) throw unreadableAddress({ called, product, schemes });
  const written = /^[^:]*:(.*)$/.exec(user)?.[1] ?? /[?&](?:password|pass)=([^&#]*)/.exec(given)?.[1] ?? "";
  const password = decoded(written);
  refuseWrittenSecret(password, `The connection string of ${called}`);
  return { url: given, shown: `${product} at "${place}"`, password };
}

/** A connection string that cannot be read; it may hold a password anywhere, and nothing of it is told. */
export function unreadableAddress({ called, product, schemes }: AddressRules): MltError {
  return new MltError(`Cannot read the connection string of ${called} as one of ${product}`, {
    hint: `Write it as ${exampleOf(schemes)}, and percent-encode what is special in the password.`,
  });
}

function exampleOf(schemes: readonly string[]): string {
  return `${schemes[0]}://user:password@host/database`;
}

/** Text with its percent-encoding taken away; as it is where that is none. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** What a database says no to. */
export type Refusal = "unreachable" | "login" | "query";

/** A failure of a database in words, never with the password. */
export function databaseFailure(
  { shown, password }: ServerAddress,
  refusal: Refusal,
  reason: string,
): MltError {
  const [line = ""] = reason.split("\n", 1);
  const said =
    password === "" ? line : line.replaceAll(password, "…").replaceAll(encodeURIComponent(password), "…");
  if (refusal === "query") {
    return new MltError(`${shown} refuses the query: ${said}`, {
      hint: "Mend the query or the name in the data loader.",
    });
  }
  const isLogin = refusal === "login";
  return new MltError(`Cannot ${isLogin ? "log in to" : "reach"} ${shown}: ${said}`, {
    hint: isLogin
      ? "Check user, password and database of the connection string."
      : "Check that it runs and can be reached from here, and host and port of the connection string.",
    exitCode: ExitCode.external,
  });
}

/** What an error says, or else its code: an attempt at several addresses says nothing itself. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? codeOf(error) : error.message;
}

/** The code of an error, or the empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
