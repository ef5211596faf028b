import { KindGuard, type TSchema } from "@sinclair/typebox";
import { nearest } from "../nearest.ts";
import { type ConfigKey, configKeys } from "./config-keys.ts";
import type { Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import { bothSet, type FileTexts, secretFileText } from "./secret-files.ts";
import { quoted } from "./shown-value.ts";

/** Settings from text, by name: of environment variables or flags. */
export interface Settings {
  readonly problems: readonly Problem[];
  readonly values: ReadonlyMap<string, GivenValue>;
}

interface GivenValue {
  readonly value: unknown;
  /** The variable that named the file with the value. */
  readonly fileVariable?: string;
}

/** Environment variables, or those of a `.env` file. */
export interface Variables {
  /** `environment`, or the name of the file. */
  readonly source: string;
  readonly set: Readonly<Record<string, string | undefined>>;
  /** The line that sets each variable. */
  readonly lines?: ReadonlyMap<string, number> | undefined;
}

/** Reads the settings among variables; `files` are those that they name. */
export function variableSettings({ source, set, lines }: Variables, files: FileTexts): Settings {
  const at = (name: string) => ({ source, ...lineOf(lines?.get(name)) });
  const names = Object.keys(set).filter((name) => set[name] !== undefined);
  const { problems, values } = readSettings(at, (key) => {
    const text = secretFileText(key, set, files);
    if (text === undefined) return { name: key.variable, given: { value: set[key.variable] } };
    return { name: text.fileVariable, given: text };
  });
  const twice = bothSet(set).map(({ name, message }) => ({ ...at(name), message }));
  return { problems: [...unknownVariables(names, at), ...twice, ...problems], values };
}

/** Where a problem with a variable or flag is. */
type Place = (name: string) => Pick<Problem, "source" | "line" | "column">;

function lineOf(line: number | undefined): { readonly line?: number; readonly column?: number } {
  return line === undefined ? {} : { line, column: 1 };
}

/** The source of a flag's problem. */
export const commandLine = "command line";

/** Reads the settings among flags, by `serve.port`; one that is `undefined` was not given. */
export function flagSettings(flags: Readonly<Record<string, unknown>>): Settings {
  // Other people of the machine can read a command line, so a secret has no flag.
  const names = new Set(configKeys.filter((key) => key.fileVariable === undefined).map((key) => key.name));
  for (const name of Object.keys(flags)) {
    if (!names.has(name)) throw new RangeError(`Cannot set "${name}" by a flag: no such setting`);
  }
  return readSettings(
    () => ({ source: commandLine }),
    ({ name }) => ({ name, given: { value: flags[name] } }),
  );
}

function readSettings(
  at: Place,
  find: (key: ConfigKey) => { readonly name: string; readonly given: GivenValue },
): Settings {
  const problems: Problem[] = [];
  const values = new Map<string, GivenValue>();
  for (const key of configKeys) {
    const { name, given } = find(key);
    if (given.value === undefined) continue;
    const value = typeof given.value === "string" ? readText(key.schema, given.value) : given.value;
    const found = schemaProblems(key.schema, value, {
      name: (path) => (path.length === 0 ? name : `each entry of ${name}`),
      written: () => (typeof given.value === "string" ? given.value.trim() : undefined),
      secret: key.fileVariable !== undefined,
    });
    // Of entries that are wrong alike, one message is enough; and no JSON Schema tells of a secret.
    const messages = new Set(found.map(({ message }) => message));
    const hint = key.fileVariable === undefined ? {} : { hint: `Mend ${name}, or unset it.` };
    problems.push(...Array.from(messages, (message) => ({ ...at(name), message, ...hint })));
    values.set(key.name, { ...given, value });
  }
  return { problems, values };
}

/**
 * The value that a text stands for, of the schema's type; the text itself where it stands for none.
 * Blanks around a number do not count; the entries of a list stand between commas, blanks or line ends.
 */
export function readText(schema: TSchema, text: string): unknown {
  const bare = text.trim();
  if (KindGuard.IsArray(schema)) {
    const entries = bare.split(/[\s,]+/).filter((entry) => entry !== "");
    return entries.map((entry) => readText(schema.items, entry));
  }
  if (KindGuard.IsBoolean(schema)) return bare === "true" ? true : bare === "false" ? false : text;
  if (!KindGuard.IsInteger(schema) && !KindGuard.IsNumber(schema)) return text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare) ? Number(bare) : text;
}

/**
 * Variables that were meant for mlt and set nothing.
 * Only those with `__` are: Kubernetes adds `MLT_PORT` and the like for a Service of that name.
 */
function unknownVariables(names: readonly string[], at: Place): Problem[] {
  const known = configKeys.flatMap(({ variable, fileVariable }) => [variable, fileVariable ?? []].flat());
  return names
    .filter((name) => /^MLT_.*__/.test(name) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const suggestion = meant === undefined ? "" : `; did you mean ${quoted(meant)}?`;
      return { ...at(name), message: `Unknown variable ${quoted(name)}${suggestion}` };
    });
}
