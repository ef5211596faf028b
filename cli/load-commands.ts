import { type Command, commandTable } from "./command-table.ts";

/** Loads every verb: for help, completion and the reference. */
export async function loadCommands(): Promise<Map<string, Command>> {
  const loaded = await Promise.all(
    Array.from(commandTable, async ([name, load]) => [name, (await load()).default] as const),
  );
  return new Map(loaded);
}
