import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readEnvFile } from "../../adapters/env-file.ts";
import { readSecretFile } from "../../adapters/secret-file.ts";
import { resolveConfig } from "../../core/config/resolve.ts";
import type { Config } from "../../core/config/schema.ts";
import { type FileTexts, secretFiles } from "../../core/config/secret-files.ts";
import { MltError } from "../../core/errors.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import { parseFeatures } from "../../core/features/parse-features.ts";

export const configName = "config.yaml";

/** A project's folder, with its configuration read and checked. */
export interface Project {
  readonly root: string;
  readonly config: Config;
  readonly origins: ReturnType<typeof resolveConfig>["origins"];
  readonly sourceDir: string;
  readonly modelDir: string;
  /** What `.env` sets. */
  readonly dotenv: Readonly<Record<string, string>>;
  /** What it was read with: it stays as it is where the files are read again. */
  readonly given: Given;
}

/** What sets a value from outside of the project's folder. */
export interface Given {
  /** Settings given on the command line, by name, such as `serve.port`. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The environment, before `.env` was put in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the project in a folder; variables of its `.env` are there for its code from then on.
 *
 * @param flags  settings given on the command line, by name, such as `serve.port`
 * @throws {MltError} when the folder holds no project, or with every problem of its configuration
 */
export async function openProject(
  dir: string,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Project> {
  const project = await readProject(dir, { flags, environment: { ...process.env } });
  for (const [name, value] of Object.entries(project.dotenv)) process.env[name] ??= value;
  return project;
}

/**
 * Reads the project in a folder as `openProject` does, and leaves the environment as it is.
 *
 * @throws {MltError} as `openProject` does
 */
export async function readProject(dir: string, given: Given): Promise<Project> {
  const { flags, environment } = given;
  const root = resolve(dir);
  const text = await readConfigFile(root);
  const { variables, lines } = await readEnvFile(join(root, ".env"));
  const { config, origins } = resolveConfig({
    flags,
    environment,
    dotenv: { name: ".env", variables, lines },
    file: { name: configName, text },
    secretFiles: await readSecretFiles(root, [environment, variables]),
  });
  return {
    root,
    config,
    origins,
    sourceDir: resolve(root, config.source),
    modelDir: resolve(root, config.model_bin),
    dotenv: variables,
    given,
  };
}

async function readSecretFiles(
  root: string,
  sources: readonly Readonly<Record<string, string | undefined>>[],
): Promise<FileTexts> {
  const named = sources.flatMap(secretFiles);
  const read = named.map(async ({ path, variable }) => {
    return [path, await readSecretFile(resolve(root, path), variable)] as const;
  });
  return new Map(await Promise.all(read));
}

/** Reads the project's features.yaml. @throws {MltError} with every problem of it */
export async function readFeatures({ root, sourceDir }: Project): Promise<FeatureSpec> {
  const path = join(sourceDir, "model", "features.yaml");
  const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new MltError(`Cannot read ${name}`, {
      hint: "List the model's features there, or set source in config.yaml; mlt init shows a whole project.",
      cause,
    });
  });
  return parseFeatures(text, name);
}

async function readConfigFile(root: string): Promise<string> {
  const path = join(root, configName);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const folder = await stat(root).catch(() => undefined);
    const problem = folder?.isDirectory()
      ? `There is no project in "${root}": it has no ${configName}`
      : `There is no folder "${root}"`;
    throw new MltError(problem, {
      hint: "Change to a project's folder, or make one with mlt init.",
      cause,
    });
  }
}
