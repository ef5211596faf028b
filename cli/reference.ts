import type { Command } from "./command-table.ts";
import {
  argumentEntries,
  argumentsOf,
  descriptionOf,
  flagEntries,
  type HelpEntry,
  subCommandsOf,
  usageOf,
} from "./help.ts";
import { loadCommands } from "./load-commands.ts";

/** docs/commands.md: every verb, from the commands themselves. */
export async function commandReference(): Promise<string> {
  const pages = Array.from(await loadCommands(), ([verb, command]) => commandPage(`mlt ${verb}`, command));
  return [
    "# Commands",
    "Written by `npm run docs` from the commands; edit those.",
    "stdout is the result, stderr is for people. `--help` works everywhere.",
    "| exit code | meaning |\n| --- | --- |\n| 0 | done |\n| 1 | a bug of mlt: its stack is shown |\n| 2 | the command line is wrong |\n| 3 | the configuration, the data, the project's code or the model is wrong, or the model is not good enough |\n| 4 | something outside of mlt failed: the disk, the network, another program |\n| 130 | interrupted |",
    ...pages.flat(),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

function commandPage(path: string, command: Command): string[] {
  const below = [...subCommandsOf(command)];
  const pagesBelow = below.flatMap(([name, each]) => commandPage(`${path} ${name}`, each));
  if (below.length > 0 && command.run === undefined) return pagesBelow;
  const args = argumentsOf(command);
  return [
    `## ${path}`,
    `${descriptionOf(command)}.`,
    `\`\`\`text\n${usageOf(path, command)}\n\`\`\``,
    ...entryTable("argument", argumentEntries(args)),
    ...entryTable("flag", flagEntries(args)),
    ...pagesBelow,
  ];
}

function entryTable(title: string, entries: readonly HelpEntry[]): string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(({ term, text }) => `| \`${term}\` | ${text.replaceAll("|", "\\|")} |`);
  return [[`| ${title} | |`, "| --- | --- |", ...rows].join("\n")];
}
