import { KindGuard, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { ConfigSchema } from "./schema.ts";
import type { Path } from "./schema-problems.ts";
import { isSecret } from "./secret-name.ts";

/** One setting: a key of config.yaml that holds a value of its own, or a secret, which only variables may set. */
export interface ConfigKey {
  readonly path: Path;
  /** `serve.port` */
  readonly name: string;
  /** The environment variable that sets it: `MLT_SERVE__PORT`. */
  readonly variable: string;
  /** Of a secret: the variable that names a file with its value, `MLT_SERVE__API_KEYS_FILE`. */
  readonly fileVariable: string | undefined;
  /** With its default and description. */
  readonly schema: TSchema;
}

/** Every setting, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = keysOf(ConfigSchema, []);

function keysOf(section: TObject, parent: Path): ConfigKey[] {
  return Object.entries(section.properties).flatMap(([key, schema]) => {
    const path = [...parent, key];
    if (KindGuard.IsObject(schema)) return keysOf(schema, path);
    const variable = `MLT_${path.join("__").toUpperCase()}`;
    const fileVariable = isSecret(key, schema) ? `${variable}_FILE` : undefined;
    return [{ path, name: path.join("."), variable, fileVariable, schema }];
  });
}

/** The schema of config.yaml as a user writes it: every key may be left out, and a secret must be. */
export const ConfigFileSchema: TObject = asWritten(ConfigSchema);

function asWritten(section: TObject): TObject {
  const { type: _type, required: _required, properties, ...options } = section;
  const optional = Object.entries(properties)
    .filter(([key, schema]) => !isSecret(key, schema))
    .map(([key, schema]) => [key, Type.Optional(KindGuard.IsObject(schema) ? asWritten(schema) : schema)]);
  return Type.Object(Object.fromEntries(optional), options);
}
