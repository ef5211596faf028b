import { KindGuard, type TSchema } from "@sinclair/typebox";
import { Errors, type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { ValuePointer } from "@sinclair/typebox/value";
import { nearest } from "../nearest.ts";
import { choices, expected } from "./expected.ts";
import { isSecret } from "./secret-name.ts";
import { holdsCredentials, quoted, shown } from "./shown-value.ts";

/** Where a value is in a document: `["features", "0", "name"]`. */
export type Path = readonly string[];

/** Something wrong at a place in a document. */
export interface Fault {
  readonly path: Path;
  /** What is wrong: the key itself, or its value, such as a map that lacks a key. */
  readonly at: "key" | "value";
  readonly message: string;
}

interface Wording {
  /** How the user knows the value at a path. Default: `serve.port`, `features[0].name`. */
  readonly name?: (path: Path) => string;
  /** The scalar at a path as the user wrote it, if that says more than its value: `1.0`. */
  readonly written?: (path: Path) => string | undefined;
  /** Whether every value is kept out of the messages; by default those are whose schema or name says secret. */
  readonly secret?: boolean;
}

/** Every place where the value breaks the schema, with the first thing wrong there; empty when it is valid. */
export function schemaProblems(schema: TSchema, value: unknown, wording: Wording = {}): Fault[] {
  const problems = new Map<string, Fault>();
  for (const error of innermost(Errors(schema, value))) {
    if (!problems.has(error.path)) problems.set(error.path, schemaProblem(error, wording));
  }
  return [...problems.values()];
}

/** `serve.port`, `features[0].name`: a path as people write it. */
export function dotted(path: Path): string {
  return path.reduce((name, key) => {
    if (/^\d+$/.test(key)) return `${name}[${key}]`;
    return name === "" ? key : `${name}.${key}`;
  }, "");
}

/** Goes down into the variant of a union that the value was meant to be. */
function* innermost(errors: Iterable<ValueError>): Generator<ValueError> {
  for (const error of errors) {
    const inner = KindGuard.IsUnion(error.schema)
      ? error.errors[error.schema.anyOf.findIndex((variant) => isOfKind(variant, error.value))]
      : undefined;
    if (inner === undefined) yield error;
    else yield* innermost(inner);
  }
}

function isOfKind(schema: TSchema, value: unknown): boolean {
  if (KindGuard.IsString(schema)) return typeof value === "string";
  return KindGuard.IsObject(schema) && typeof value === "object" && value !== null && !Array.isArray(value);
}

function schemaProblem(error: ValueError, wording: Wording): Fault {
  const path = [...ValuePointer.Format(error.path)];
  const name = wording.name?.(path) ?? dotted(path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const keys: unknown = error.schema["properties"];
    const known = typeof keys === "object" && keys !== null ? Object.keys(keys) : [];
    const message = `Unknown key ${quoted(name)}${didYouMean(path.at(-1) ?? "", known)}`;
    return { path, at: "key", message };
  }
  if (error.type === ValueErrorType.ObjectRequiredProperty) {
    return { path: path.slice(0, -1), at: "value", message: `Missing key ${quoted(name)}` };
  }
  return { path, at: "value", message: wrongValue(error, path, name, wording) };
}

function wrongValue({ schema, value }: ValueError, path: Path, name: string, wording: Wording): string {
  const wanted = `Expected ${name === "" ? "the file" : name} to be ${expected(schema)}`;
  const secret = wording.secret ?? [...path, name].some((each) => isSecret(each, schema));
  if (secret || (typeof value === "string" && holdsCredentials(value))) return wanted;
  if (typeof value === "string")
    return `${wanted}, not ${quoted(value)}${didYouMean(value, choices(schema))}`;
  const written = typeof value === "object" ? undefined : wording.written?.(path);
  const mend = KindGuard.IsString(schema) && /number|boolean/.test(typeof value) ? "; quote it" : "";
  return `${wanted}, not ${written ?? shown(value)}${mend}`;
}

function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? "" : `; did you mean ${quoted(meant)}?`;
}
