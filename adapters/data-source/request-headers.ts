import { MltError } from "../../core/errors.ts";
import { refuseWrittenSecret } from "./written-secret.ts";

/**
 * Looks through the headers of a request before they are sent.
 *
 * @throws {MltError} for one without a value, and for an authorization whose secret is not the environment's
 */
export function checkHeaders(headers: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value === "" || /(?:^|\s)undefined$/.test(value)) {
      throw new MltError(`The header ${name.toLowerCase()} of readUrl has no value`, {
        hint: "Set the variable of the environment that it is made of, in .env.",
      });
    }
    if (name.toLowerCase() !== "authorization") continue;
    refuseWrittenSecret(secretOf(value), `The header ${name.toLowerCase()} of readUrl`);
  }
}

/** Behind the scheme; of Basic, the password of `user:password` in base64. */
function secretOf(authorization: string): string {
  const [scheme = "", ...rest] = authorization.trim().split(/\s+/);
  const last = rest.at(-1) ?? scheme;
  if (scheme.toLowerCase() !== "basic") return last;
  return Buffer.from(last, "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
}
