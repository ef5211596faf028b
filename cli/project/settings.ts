import { type ConfigKey, configKeys } from "../../core/config/config-keys.ts";
import type { Origin } from "../../core/config/resolve.ts";
import { isSecret } from "../../core/config/secret-name.ts";
import { holdsCredentials } from "../../core/config/shown-value.ts";
import type { Project } from "./open-project.ts";

export interface ShownSetting {
  /** Such as `serve.port`. */
  readonly name: string;
  /** Masked where it is a secret; `undefined` where nothing sets it. */
  readonly value: unknown;
  /** Such as `config.yaml:12`, or `environment, MLT_SERVE__API_KEYS_FILE` of a secret in a file. */
  readonly from: string;
}

/** Every setting of a project, for people to read. */
export function settingsOf({ config, origins }: Project): ShownSetting[] {
  return configKeys.map((key) => {
    const value = key.path.reduce<unknown>((section, name) => Reflect.get(Object(section), name), config);
    return { name: key.name, value: masked(key, value), from: placeOf(origins.get(key.name)) };
  });
}

function placeOf(origin: Origin | undefined): string {
  const { source, line, fileVariable } = origin ?? { source: "default" };
  const file = fileVariable === undefined ? "" : `, ${fileVariable}`;
  return `${source}${line === undefined ? "" : `:${line}`}${file}`;
}

/** The value, or `***` where its setting or its text is a secret. */
export function masked({ name, schema }: Pick<ConfigKey, "name" | "schema">, value: unknown): unknown {
  if (value === undefined) return undefined;
  const hidden = isSecret(name, schema) || (typeof value === "string" && holdsCredentials(value));
  return hidden ? "***" : value;
}
