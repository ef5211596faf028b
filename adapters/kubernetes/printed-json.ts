import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { ExitCode, MltError } from "../../core/errors.ts";

type Client = "kubectl" | "helm";

/** What a client of the cluster printed as JSON. @throws {MltError} external: where it is none */
export function printedJson(client: Client, said: string): unknown {
  try {
    return JSON.parse(said);
  } catch (cause) {
    throw odd(`${client} does not print JSON`, cause);
  }
}

/** The same in a form that is relied on. @throws {MltError} external: where it has another */
export function printedAs<Schema extends TSchema>(
  client: Client,
  schema: Schema,
  said: string,
): Static<Schema> {
  const printed = printedJson(client, said);
  if (Value.Check(schema, printed)) return printed;
  const [first] = Value.Errors(schema, printed);
  throw odd(`${client} prints JSON of another form: ${first?.path || "/"}: ${first?.message}`);
}

function odd(message: string, cause?: unknown): MltError {
  return new MltError(message, {
    hint: "Run kubectl version and helm version: mlt knows kubectl from 1.30 and helm 3.",
    exitCode: ExitCode.external,
    cause,
  });
}
