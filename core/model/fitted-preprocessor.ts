import { MltError } from "../errors.ts";
import type { ProjectPreprocessor } from "../ports.ts";

/**
 * The fitted state of a project's `Preprocessor` as JSON: its own fields, mlt's transformers among them.
 *
 * @throws {MltError} that names a field which JSON cannot hold, such as a Map or a NaN
 */
export function saveState(preprocessor: ProjectPreprocessor): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(preprocessor).map(([field, value]) => [field, toState(value, `Preprocessor.${field}`)]),
  );
}

/** Gives a new instance the fields that `saveState` kept. @returns the instance */
export function restoreState(preprocessor: ProjectPreprocessor, state: unknown): ProjectPreprocessor {
  if (typeof state !== "object" || state === null)
    throw new MltError("The preprocessor's state is not an object");
  for (const [field, saved] of Object.entries(state)) {
    const current: unknown = Reflect.get(preprocessor, field);
    if (isRestorable(current)) current.restore(saved);
    else Reflect.set(preprocessor, field, saved);
  }
  return preprocessor;
}

function toState(value: unknown, path: string): unknown {
  if (isRestorable(value)) return value.toJSON();
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => toState(item, `${path}[${index}]`));
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toState(item, `${path}.${key}`)]),
    );
  }
  throw new MltError(`Cannot keep ${path} in model.json: it is ${describe(value)}`, {
    hint: "Keep what the Preprocessor learns in numbers, text, arrays, plain objects or mlt's transformers.",
  });
}

interface Restorable {
  toJSON(): unknown;
  restore(state: unknown): unknown;
}

function isRestorable(value: unknown): value is Restorable {
  return (
    typeof value === "object" &&
    value !== null &&
    "toJSON" in value &&
    "restore" in value &&
    typeof value.toJSON === "function" &&
    typeof value.restore === "function"
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "object"}`;
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
