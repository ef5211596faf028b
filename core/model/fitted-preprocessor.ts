import { MltError } from "../errors.ts";
import { describeValue, isFrame } from "../learn/is-frame.ts";
import type { ProjectPreprocessor } from "../ports.ts";

/** Mark where a transformer or a function stood: a field of a user's is not likely to be called this. */
const transformerKey = "mlt:transformer";
const functionKey = "mlt:function";

/**
 * The fitted state of a project's `Preprocessor` as JSON: its own fields, mlt's transformers among them, in depth.
 * A field that is `undefined` is left out; of a function only its place is kept, since a new instance has its own.
 *
 * @throws {MltError} that names a value which JSON cannot hold, such as a Map, a NaN or an object that holds itself
 */
export function saveState(preprocessor: ProjectPreprocessor): Readonly<Record<string, unknown>> {
  return saveFields(Object.entries(preprocessor), "Preprocessor", []);
}

/**
 * Gives a new instance the fields that `saveState` kept.
 *
 * @returns the instance
 * @throws {MltError} when it lacks a transformer or a function that the state has
 */
export function restoreState(preprocessor: ProjectPreprocessor, state: unknown): ProjectPreprocessor {
  if (!isPlainObject(state)) throw new MltError("The preprocessor's state is not an object");
  for (const [field, saved] of Object.entries(state)) {
    const current: unknown = Reflect.get(preprocessor, field);
    const value = restored(current, saved, `Preprocessor.${field}`);
    if (value !== current) Reflect.set(preprocessor, field, value);
  }
  return preprocessor;
}

function save(value: unknown, path: string, holders: readonly unknown[]): unknown {
  if (holders.includes(value)) throw unsavable(path, "an object that holds itself");
  if (isRestorable(value)) return { [transformerKey]: value.toJSON() };
  if (typeof value === "function") return { [functionKey]: value.name };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  // Of polars it is a plain object too, of columns that are none.
  if (isFrame(value)) throw unsavable(path, "a DataFrame");
  const within = [...holders, value];
  if (Array.isArray(value))
    return Array.from(value, (item, index) => save(item, `${path}[${index}]`, within));
  if (isPlainObject(value)) return saveFields(Object.entries(value), path, within);
  throw unsavable(path, typeof value === "number" ? String(value) : describeValue(value));
}

function saveFields(
  entries: readonly (readonly [string, unknown])[],
  path: string,
  holders: readonly unknown[],
): Record<string, unknown> {
  const kept = entries.filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => [key, save(value, `${path}.${key}`, holders)]));
}

/** @param current  what a new instance has in the same place: its transformers take up what theirs had learned */
function restored(current: unknown, saved: unknown, path: string): unknown {
  if (Array.isArray(saved)) {
    return saved.map((item, index) => restored(Object(current)[index], item, `${path}[${index}]`));
  }
  if (!isPlainObject(saved)) return saved;
  if (functionKey in saved) {
    if (typeof current === "function") return current;
    throw unmade(path, "function");
  }
  if (transformerKey in saved) {
    if (!isRestorable(current)) throw unmade(path, "transformer");
    current.restore(saved[transformerKey]);
    return current;
  }
  return Object.fromEntries(
    Object.entries(saved).map(([key, item]) => [
      key,
      restored(Reflect.get(Object(current), key), item, `${path}.${key}`),
    ]),
  );
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

function unmade(path: string, kind: "function" | "transformer"): MltError {
  return new MltError(`${path} is a ${kind} in training, and none in a new Preprocessor`, {
    hint: `Make the ${kind} where the field is declared, not in fitX.`,
  });
}

function unsavable(path: string, what: string): MltError {
  return new MltError(`Cannot keep ${path} in model.json: it is ${what}`, {
    hint: "Keep what the Preprocessor learns in numbers, text, arrays, plain objects or mlt's transformers.",
  });
}
