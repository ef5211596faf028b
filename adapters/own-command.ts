import { fileURLToPath } from "node:url";
import { embedded } from "./embedded.ts";

/** The words that start this mlt once more: the compiled binary, or the runtime with the source. */
export function ownCommand(): readonly string[] {
  if (embedded !== undefined) return [process.execPath];
  const entry = fileURLToPath(new URL("../cli/mlt.ts", import.meta.url));
  const run = process.versions.bun === undefined ? ["run", "-A", "--no-lock"] : [];
  return [process.execPath, ...run, entry];
}
