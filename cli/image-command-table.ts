import type { LoadCommand } from "./command-table.ts";

/**
 * The verbs of the mlt in an image, where there is a model and a configuration, and nothing to train or to test:
 * there, `ops/build/image-script.ts` puts this module in the place of `command-table.ts`.
 */
export const commandTable: ReadonlyMap<string, LoadCommand> = new Map<string, LoadCommand>([
  ["serve", () => import("./commands/serve.ts")],
  ["status", () => import("./commands/status.ts")],
  ["logs", () => import("./commands/logs.ts")],
  ["config", () => import("./commands/config.ts")],
]);
