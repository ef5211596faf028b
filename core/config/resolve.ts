import { KindGuard, type TObject } from "@sinclair/typebox";
import { ExitCode, type MltError } from "../errors.ts";
import { type ConfigFile, configFile } from "./config-file.ts";
import { type ConfigKey, configKeys } from "./config-keys.ts";
import { type Problem, problemsError } from "./problem.ts";
import { type Config, ConfigSchema } from "./schema.ts";
import type { FileTexts } from "./secret-files.ts";
import { commandLine, flagSettings, type Settings, variableSettings } from "./variables.ts";
import { validated } from "./yaml-file.ts";
import type { TextFile } from "./yaml-text.ts";

/** Everything that can set a value, the strongest first. */
export interface ConfigSources {
  /** By setting, such as `serve.port`; `undefined` for a flag that was not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dotenv?: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /** The line that sets each variable. */
    readonly lines?: ReadonlyMap<string, number>;
  };
  readonly file?: TextFile;
  /** Every file that `secretFiles` finds in the environment and in .env. */
  readonly secretFiles?: FileTexts;
}

/** Where a value came from. */
export interface Origin {
  readonly source: "flag" | "environment" | ".env" | "config.yaml" | "default";
  /** Of config.yaml. */
  readonly line?: number;
  /** Of a secret in a file: the variable that names the file. */
  readonly fileVariable?: string;
}

export interface ResolvedConfig {
  readonly config: Config;
  /** By setting, such as `serve.port`; every setting has one. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * The configuration: flag over environment over .env over config.yaml over default.
 *
 * @throws {MltError} with every problem of every source, also of a value that a stronger source replaces
 */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const flags = flagSettings(sources.flags);
  const { dotenv: envFile, secretFiles = new Map<string, string>() } = sources;
  const environment = variableSettings({ source: "environment", set: sources.environment }, secretFiles);
  const dotenv = variableSettings(
    { source: envFile?.name ?? ".env", set: envFile?.variables ?? {}, lines: envFile?.lines },
    secretFiles,
  );
  const file = sources.file && configFile(sources.file);
  const problems = [file?.problems ?? [], dotenv.problems, environment.problems, flags.problems].flat();
  if (problems.length > 0) throw configError(problems);

  const texts: readonly [Origin["source"], Settings][] = [
    ["flag", flags],
    ["environment", environment],
    [".env", dotenv],
  ];
  const settings = configKeys.map((key) => ({ name: key.name, ...strongest(key, texts, file) }));
  const values = new Map(settings.map(({ name, value }) => [name, value]));
  return {
    config: validated(ConfigSchema, assemble(ConfigSchema, values, "")),
    origins: new Map(settings.map(({ name, origin }) => [name, origin])),
  };
}

function configError(problems: readonly Problem[]): MltError {
  if (problems.every(({ source }) => source === commandLine)) {
    const hint = "Run the command with --help to list its flags.";
    return problemsError(problems, { hint, exitCode: ExitCode.usage });
  }
  return problemsError(problems, { hint: 'Run "mlt config schema" to see every setting.' });
}

interface Setting {
  readonly value: unknown;
  readonly origin: Origin;
}

function strongest(
  key: ConfigKey,
  texts: readonly [Origin["source"], Settings][],
  file: ConfigFile | undefined,
): Setting {
  for (const [source, { values }] of texts) {
    const given = values.get(key.name);
    if (given === undefined) continue;
    const { value, fileVariable } = given;
    return { value, origin: { source, ...(fileVariable === undefined ? {} : { fileVariable }) } };
  }
  const written = file?.setting(key.path);
  if (written === undefined) return { value: key.schema.default, origin: { source: "default" } };
  return { value: written.value, origin: { source: "config.yaml", line: written.line } };
}

/** The settings, by name, as sections; one without a value is left out. */
function assemble(section: TObject, values: ReadonlyMap<string, unknown>, prefix: string): unknown {
  const entries = Object.entries(section.properties).map(([key, schema]) => {
    const name = prefix + key;
    return [key, KindGuard.IsObject(schema) ? assemble(schema, values, `${name}.`) : values.get(name)];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
