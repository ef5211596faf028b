import { KindGuard, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { ConfigSchema } from "./schema.ts";
import type { Path } from "./schema-problems.ts";

/** One setting: a key of config.yaml that holds a value of its own. */
export interface ConfigKey {
  readonly path: Path;
  /** `serve.port` */
  readonly name: string;
  /** The environment variable that sets it: `MLT_SERVE__PORT`. */
  readonly variable: string;
  /** With its default and description. */
  readonly schema: TSchema;
}

/** Every setting, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = keysOf(ConfigSchema, []);

function keysOf(section: TObject, parent: Path): ConfigKey[] {
  return Object.entries(section.properties).flatMap(([key, schema]) => {
    const path = [...parent, key];
    if (KindGuard.IsObject(schema)) return keysOf(schema, path);
    return [{ path, name: path.join("."), variable: `MLT_${path.join("__").toUpperCase()}`, schema }];
  });
}

/** The schema of config.yaml as a user writes it: every key may be left out. */
export const ConfigFileSchema: TObject = withoutRequired(ConfigSchema);

function withoutRequired(section: TObject): TObject {
  const { type: _type, required: _required, properties, ...options } = section;
  const optional = Object.entries(properties).map(([key, schema]) => [
    key,
    Type.Optional(KindGuard.IsObject(schema) ? withoutRequired(schema) : schema),
  ]);
  return Type.Object(Object.fromEntries(optional), options);
}
