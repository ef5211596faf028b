import { ExitCode, MltError } from "../../core/errors.ts";

/** A failure of MongoDB as a whole, in words without user and password. */
export function mongoFailure(action: string, servers: string, cause: unknown): MltError {
  const code = codeOf(cause);
  return new MltError(`Cannot ${action} MongoDB at "${servers}": ${reasonOf(cause)}`, {
    hint: hints.get(code) ?? "Check that MongoDB runs and can be reached from here, and logging.mongodb.",
    exitCode: ExitCode.external,
    cause,
  });
}

/** A connection string that the driver cannot read; what it says may hold the string, and is not told. */
export function mongoUriFailure(cause: unknown, uri: string): MltError {
  const reason = reasonOf(cause);
  // The scheme, the user, the password, or the whole of it.
  const parts = uri.split(/[/:@]+/).filter((part) => part.length > 0);
  const isSafe = !parts.some((part) => reason.includes(part) || reason.includes(decoded(part)));
  return new MltError(
    `Cannot read the connection string of logging.mongodb.uri${isSafe ? `: ${reason}` : ""}`,
    {
      hint: "Write it as mongodb://user:password@host:27017/?tls=true, and percent-encode what is special in the password.",
      exitCode: ExitCode.input,
    },
  );
}

/** Whether a server that let us in said no to what it was asked. */
export function saidNo(error: unknown): boolean {
  if (error instanceof MltError) return true;
  return error instanceof Error && error.name === "MongoServerError" && !isOfHandshake(error);
}

function isOfHandshake(error: Error): boolean {
  return (
    "errorLabels" in error && Array.isArray(error.errorLabels) && error.errorLabels.includes("HandshakeError")
  );
}

/** The number that MongoDB gave the error, or 0. */
export function codeOf(error: unknown): number {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : 0;
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

const authentication = "Check user, password and authSource of logging.mongodb.uri.";

/** By MongoDB's error codes: Unauthorized, AuthenticationFailed, AtlasError. */
const hints: ReadonlyMap<number, string> = new Map([
  [13, "Give the user of logging.mongodb.uri the role readWrite on the database."],
  [18, authentication],
  [8000, authentication],
]);
