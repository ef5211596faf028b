import { KindGuard, type TSchema } from "@sinclair/typebox";
import { nearest } from "../nearest.ts";
import { type ConfigKey, configKeys } from "./config-keys.ts";
import type { Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import { quoted } from "./shown-value.ts";

/** Settings from text, by name: of environment variables or flags. */
export interface Settings {
  readonly problems: readonly Problem[];
  readonly values: ReadonlyMap<string, unknown>;
}

/** Reads the settings among environment variables; `source` is where they are from, `environment` or `.env`. */
export function variableSettings(
  variables: Readonly<Record<string, string | undefined>>,
  source: string,
  lines: ReadonlyMap<string, number> = new Map(),
): Settings {
  const at = (name: string) => ({ source, ...lineOf(lines.get(name)) });
  const set = new Map(Object.entries(variables).filter(([, text]) => text !== undefined));
  const settings = readSettings(at, (key) => ({ name: key.variable, value: set.get(key.variable) }));
  return { ...settings, problems: [...unknownVariables([...set.keys()], at), ...settings.problems] };
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
  const names = new Set(configKeys.map((key) => key.name));
  for (const name of Object.keys(flags)) {
    if (!names.has(name)) throw new RangeError(`Cannot set "${name}": no such setting`);
  }
  return readSettings(
    () => ({ source: commandLine }),
    ({ name }) => ({ name, value: flags[name] }),
  );
}

function readSettings(
  at: Place,
  find: (key: ConfigKey) => { readonly name: string; readonly value: unknown },
): Settings {
  const problems: Problem[] = [];
  const values = new Map<string, unknown>();
  for (const key of configKeys) {
    const { name, value: given } = find(key);
    if (given === undefined) continue;
    const value = typeof given === "string" ? readText(key.schema, given) : given;
    const written = () => (typeof given === "string" ? given.trim() : undefined);
    const found = schemaProblems(key.schema, value, { name: () => name, written });
    problems.push(...found.map(({ message }) => ({ ...at(name), message })));
    values.set(key.name, value);
  }
  return { problems, values };
}

/**
 * The value that a text stands for, of the schema's type; the text itself where it stands for none.
 * Blanks around a number do not count.
 */
export function readText(schema: TSchema, text: string): unknown {
  const bare = text.trim();
  if (KindGuard.IsBoolean(schema)) return bare === "true" ? true : bare === "false" ? false : text;
  if (!KindGuard.IsInteger(schema) && !KindGuard.IsNumber(schema)) return text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare) ? Number(bare) : text;
}

/**
 * Variables that were meant for mlt and set nothing.
 * Only those with `__` are: Kubernetes adds `MLT_PORT` and the like for a Service of that name.
 */
function unknownVariables(names: readonly string[], at: Place): Problem[] {
  const known = configKeys.map((key) => key.variable);
  return names
    .filter((name) => /^MLT_.*__/.test(name) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const suggestion = meant === undefined ? "" : `; did you mean ${quoted(meant)}?`;
      return { ...at(name), message: `Unknown variable ${quoted(name)}${suggestion}` };
    });
}
