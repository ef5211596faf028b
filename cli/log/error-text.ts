import { inspect } from "node:util";

/** Characters: a stack fits, and a message that holds a whole request does not fill the log. */
const maxLength = 8_000;

/** The code of a project's own preprocessing is imported from its text, and a stack would name it by all of that. */
const bundleUrl = /data:text\/javascript;base64,[\w+/=]+/g;

/** Why something failed: the stack of an error, and of what caused it. */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let cause = error; cause !== undefined && texts.length < 5; cause = causeOf(cause)) {
    texts.push(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause, { depth: 0 }));
  }
  const text = texts.join("\nCaused by: ").replace(bundleUrl, "preprocessor.js");
  return text.length > maxLength
    ? `${text.slice(0, maxLength)}… (${text.length - maxLength} more characters)`
    : text;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
