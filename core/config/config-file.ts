import { KindGuard, type TSchema } from "@sinclair/typebox";
import { ConfigFileSchema, configKeys } from "./config-keys.ts";
import { isMap } from "./is-map.ts";
import type { Problem } from "./problem.ts";
import { ConfigSchema } from "./schema.ts";
import { dotted, type Path } from "./schema-problems.ts";
import { isSecret } from "./secret-name.ts";
import { quoted } from "./shown-value.ts";
import { inFileOrder, yamlFile } from "./yaml-file.ts";
import type { TextFile } from "./yaml-text.ts";

/** What config.yaml sets. */
export interface ConfigFile {
  readonly problems: readonly Problem[];
  /** The value at the path, and the line it is on; `undefined` where the file leaves it out. */
  setting(path: Path): { readonly value: unknown; readonly line: number } | undefined;
}

/** Reads config.yaml, which may leave out everything and must not hold a secret. */
export function configFile(file: TextFile): ConfigFile {
  const yaml = yamlFile(file, ConfigFileSchema, (data) => withEmptySections(ConfigFileSchema, data));
  const secrets = secretPaths(yaml.data, ConfigSchema, []).map((path) => ({
    ...yaml.problem({ path, at: "key", message: `Secret ${quoted(dotted(path))} is in the file` }),
    hint: whereInstead(dotted(path)),
  }));
  const isOfSecret = (problem: Problem) =>
    secrets.some(({ line, column }) => line === problem.line && column === problem.column);
  return {
    // A secret's key is unknown as well, and that is not what its owner needs to hear.
    problems: inFileOrder([...yaml.problems.filter((problem) => !isOfSecret(problem)), ...secrets]),
    setting(path) {
      const value = path.reduce(property, yaml.data);
      return value === undefined ? undefined : { value, line: yaml.position(path).line };
    },
  };
}

/** Reads a section whose keys are all commented out, which YAML takes for null, as an empty one. */
function withEmptySections(schema: TSchema, data: unknown): unknown {
  if (!KindGuard.IsObject(schema)) return data;
  if (data === null) return {};
  if (!isMap(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const known = schema.properties[key];
      return [key, known === undefined ? value : withEmptySections(known, value)];
    }),
  );
}

function secretPaths(data: unknown, schema: TSchema | undefined, parent: Path): Path[] {
  if (Array.isArray(data))
    return data.flatMap((item, index) => secretPaths(item, undefined, [...parent, String(index)]));
  if (!isMap(data)) return [];
  const known = schema !== undefined && KindGuard.IsObject(schema) ? schema.properties : {};
  return Object.entries(data).flatMap(([key, value]) => {
    const path = [...parent, key];
    return isSecret(key, known[key]) ? [path] : secretPaths(value, known[key], path);
  });
}

function whereInstead(name: string): string {
  const key = configKeys.find((each) => each.name === name);
  if (key?.fileVariable === undefined) return "Move the secret to the environment or to .env.";
  return `Set ${key.variable} in the environment or in .env, or ${key.fileVariable} to the path of a file that holds it.`;
}

function property(data: unknown, key: string): unknown {
  return isMap(data) && Object.hasOwn(data, key) ? data[key] : undefined;
}
