import { configKeys } from "../../core/config/config-keys.ts";
import type { Config } from "../../core/config/schema.ts";
import type { Project } from "./open-project.ts";

type Settings = Pick<Project, "config" | "dotenv">;

/** Names of the settings that a running service has taken and that are others now, such as `serve.max_rows`. */
export function restartSettings(before: Settings, after: Settings): string[] {
  return configKeys
    .filter(({ path: [section = ""] }) => ["serve", "source", "model_bin"].includes(section))
    .filter(({ path }) => textAt(before.config, path) !== textAt(after.config, path))
    .map(({ name }) => name);
}

/** Whether a training would take other settings, or other variables of `.env`. */
export function changesTraining(before: Settings, after: Settings): boolean {
  return trainingText(before) !== trainingText(after);
}

function trainingText({ config: { project, train }, dotenv }: Settings): string {
  // Those of mlt itself are settings, which config has.
  const variables = Object.entries(dotenv).filter(([name]) => !name.startsWith("MLT_"));
  return JSON.stringify([project, train, variables]);
}

function textAt(config: Config, path: readonly string[]): string | undefined {
  return JSON.stringify(path.reduce<unknown>((section, name) => Reflect.get(Object(section), name), config));
}
