import { inspect } from "node:util";

/** Characters: a stack fits, and a message that holds a whole request does not fill the log. */
const maxLength = 8_000;

/** Why something failed: the stack of an error, and of what caused it. */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let cause = error; cause !== undefined && texts.length < 5; cause = causeOf(cause)) {
    texts.push(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause, { depth: 0 }));
  }
  const text = texts.join("\nCaused by: ");
  return text.length > maxLength
    ? `${text.slice(0, maxLength)}… (${text.length - maxLength} more characters)`
    : text;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
