import type { ArgDef, ArgsDef } from "citty";
import { restHint } from "./arguments.ts";
import type { Command } from "./command-table.ts";
import { styleResult } from "./output.ts";

/** What the command list and a command's page have in common. */
export interface HelpEntry {
  readonly term: string;
  readonly text: string;
}

/** The page of `mlt --help`. */
export function overview(commands: ReadonlyMap<string, Command>, version: string): string {
  return [
    `mlt ${version}: from data to a machine learning microservice`,
    usage("mlt <command> [flags]"),
    section("Commands", commandEntries(commands)),
    section("Flags", [helpEntry, { term: "--version", text: "Print the version" }]),
    "A new project: mlt init iris && cd iris && mlt train && mlt serve",
  ].join("\n\n");
}

/** The page of `mlt <command> --help`. */
export function commandHelp(path: string, command: Command): string {
  const args = argumentsOf(command);
  const commands = subCommandsOf(command);
  const positionals = argumentEntries(args);
  return [
    descriptionOf(command),
    usage(usageOf(path, command)),
    ...(positionals.length === 0 ? [] : [section("Arguments", positionals)]),
    ...(commands.size === 0 ? [] : [section("Commands", commandEntries(commands))]),
    section("Flags", [...flagEntries(args), helpEntry]),
  ].join("\n\n");
}

export function descriptionOf(command: Command): string {
  const { meta } = command;
  return meta !== undefined && "description" in meta ? String(meta.description) : "";
}

export function argumentsOf(command: Command): ArgsDef {
  const { args } = command;
  return args !== undefined && typeof args === "object" && !(args instanceof Promise) ? args : {};
}

/** The verbs below a verb, such as `show` of `config`. */
export function subCommandsOf(command: Command): Map<string, Command> {
  const { subCommands } = command;
  return new Map(Object.entries((subCommands ?? {}) as Record<string, Command>));
}

/** `mlt init [dir] [flags]`: how the command is typed. */
export function usageOf(path: string, command: Command): string {
  const words = Object.entries(argumentsOf(command))
    .filter(([, { type }]) => type === "positional")
    .map(([name, definition]) => positionalWord(name, definition));
  const below = command.run === undefined ? "<command>" : "[command]";
  return [path, ...(subCommandsOf(command).size > 0 ? [below] : words), "[flags]"].join(" ");
}

/** A command's arguments that are no flags. */
export function argumentEntries(args: ArgsDef): HelpEntry[] {
  return Object.entries(args)
    .filter(([, { type }]) => type === "positional")
    .map(([name, { description }]) => ({ term: name, text: description ?? "" }));
}

/** A command's flags, `--help` apart. */
export function flagEntries(args: ArgsDef): HelpEntry[] {
  return Object.entries(args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name, definition]) => {
      const short = "alias" in definition ? [definition.alias].flat().map((alias) => `-${alias}, `) : [];
      const hint = definition.type === "boolean" ? "" : ` <${definition.valueHint ?? "value"}>`;
      const standard =
        definition.default === undefined || definition.default === false
          ? ""
          : ` (default ${definition.default})`;
      return {
        term: `${short.join("")}--${name}${hint}`,
        text: `${definition.description ?? ""}${standard}`,
      };
    });
}

const helpEntry: HelpEntry = { term: "-h, --help", text: "Show this page" };

function positionalWord(name: string, { required, valueHint }: ArgDef): string {
  const word = `${name}${valueHint === restHint ? "..." : ""}`;
  return required === false ? `[${word}]` : `<${word}>`;
}

function commandEntries(commands: ReadonlyMap<string, Command>): HelpEntry[] {
  return Array.from(commands, ([name, command]) => ({ term: name, text: descriptionOf(command) }));
}

function usage(text: string): string {
  return `${styleResult("bold", "Usage")}  ${text}`;
}

function section(title: string, entries: readonly HelpEntry[]): string {
  const width = Math.max(...entries.map(({ term }) => term.length));
  const lines = entries.map(({ term, text }) => `  ${styleResult("cyan", term.padEnd(width))}  ${text}`);
  return [styleResult("bold", title), ...lines].join("\n");
}
