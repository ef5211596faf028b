import type { Static, TObject } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/**
 * Hyperparameters with the schema's defaults filled in.
 * A data scientist's file is not type-checked before it runs, so the values are.
 *
 * @throws {MltError} when an option is unknown or has a value that the schema does not allow
 */
export function readOptions<Schema extends TObject>(
  who: string,
  schema: Schema,
  given: Partial<Static<Schema>>,
): Readonly<Static<Schema>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const [first = "name"] = Object.keys(schema.properties);
    throw new MltError(`${who} cannot take ${quoted(given)} as its options`, {
      hint: `Write them by name, such as { ${first}: … }.`,
    });
  }
  // As if it were not there, and not a value that the default does not replace.
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: unknown = Value.Default(schema, Object.fromEntries(present));
  if (Value.Check(schema, options)) return options;
  const known = Object.keys(schema.properties);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    throw new MltError(`${who} has no option "${unknown}"`, {
      hint: meant === undefined ? `Use ${known.join(", ") || "no options"}.` : `Write ${meant}.`,
    });
  }
  const problem = Value.Errors(schema, options).First();
  const name = problem?.path.split("/")[1] ?? "";
  const description = schema.properties[name]?.description ?? "another value";
  throw new MltError(`${who} cannot take ${quoted(problem?.value)} as its option "${name}"`, {
    hint: `Give ${description}.`,
  });
}

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
