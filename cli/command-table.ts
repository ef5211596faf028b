import type { CommandDef } from "citty";

// biome-ignore lint/suspicious/noExplicitAny: citty itself types a table of unlike commands this way
export type Command = CommandDef<any>;

export type LoadCommand = () => Promise<{ default: Command }>;

/** Every verb, in the order in which a project meets it. */
export const commandTable: ReadonlyMap<string, LoadCommand> = new Map<string, LoadCommand>([
  ["init", () => import("./commands/init.ts")],
  ["train", () => import("./commands/train.ts")],
  ["runs", () => import("./commands/runs.ts")],
  ["serve", () => import("./commands/serve.ts")],
  ["status", () => import("./commands/status.ts")],
  ["predict", () => import("./commands/predict.ts")],
  ["logs", () => import("./commands/logs.ts")],
  ["evaluate", () => import("./commands/evaluate.ts")],
  ["test", () => import("./commands/test.ts")],
  ["build-image", () => import("./commands/build-image.ts")],
  ["join-images", () => import("./commands/join-images.ts")],
  ["deploy", () => import("./commands/deploy.ts")],
  ["rollback", () => import("./commands/rollback.ts")],
  ["infra", () => import("./commands/infra.ts")],
  ["doctor", () => import("./commands/doctor.ts")],
  ["config", () => import("./commands/config.ts")],
  ["eject", () => import("./commands/eject.ts")],
  ["completion", () => import("./commands/completion.ts")],
]);
