import { configKeys } from "../../core/config/config-keys.ts";
import { isSecretName } from "../../core/config/secret-name.ts";
import { holdsCredentials } from "../../core/config/shown-value.ts";
import type { Project } from "./open-project.ts";

export interface ShownSetting {
  /** Such as `serve.port`. */
  readonly name: string;
  /** Masked where it is a secret; `undefined` where nothing sets it. */
  readonly value: unknown;
  /** Such as `config.yaml:12`. */
  readonly from: string;
}

/** Every setting of a project, for people to read. */
export function settingsOf({ config, origins }: Project): ShownSetting[] {
  return configKeys.map(({ name, path }) => {
    const value = path.reduce<unknown>((section, key) => Reflect.get(Object(section), key), config);
    const origin = origins.get(name);
    const line = origin?.line === undefined ? "" : `:${origin.line}`;
    return { name, value: masked(name, value), from: `${origin?.source ?? "default"}${line}` };
  });
}

/** The value, or `***` where its name or its text is that of a secret. */
export function masked(name: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  const isSecret = isSecretName(name) || (typeof value === "string" && holdsCredentials(value));
  return isSecret ? "***" : value;
}
