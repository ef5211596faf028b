import { runCommand } from "citty";
import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { checkArguments } from "./arguments.ts";
import { type Command, commandTable } from "./command-table.ts";
import { argumentsOf, commandHelp, overview, subCommandsOf } from "./help.ts";
import { loadCommands } from "./load-commands.ts";
import { endWithStdout, goOnWithoutStderr, print } from "./output.ts";
import { reportError } from "./report-error.ts";
import { version } from "./version.ts";

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  endWithStdout();
  goOnWithoutStderr();
  try {
    const code = await dispatch(argv);
    return code;
  } catch (error) {
    return reportError(error, argv);
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === "--version" || verb === "-v") {
    print(version);
    return ExitCode.done;
  }
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") {
    return await help(rest);
  }
  const load = commandTable.get(verb);
  if (load === undefined)
    throw unknown(verb.startsWith("-") ? "flag" : "command", verb, [...commandTable.keys()]);
  return await descend((await load()).default, `mlt ${verb}`, rest);
}

async function help([topic]: readonly string[]): Promise<number> {
  if (topic === undefined) {
    print(overview(await loadCommands(), version));
    return ExitCode.done;
  }
  const load = commandTable.get(topic);
  if (load === undefined) throw unknown("command", topic, [...commandTable.keys()]);
  print(commandHelp(`mlt ${topic}`, (await load()).default));
  return ExitCode.done;
}

/** Follows the words to the verb that runs, such as `show` of `config`. */
async function descend(command: Command, path: string, args: readonly string[]): Promise<number> {
  const ownArgs = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  const commands = subCommandsOf(command);
  const [name, ...rest] = args;
  const next = name === undefined ? undefined : commands.get(name);
  if (name !== undefined && next !== undefined) return await descend(next, `${path} ${name}`, rest);
  if (ownArgs.includes("--help") || ownArgs.includes("-h")) {
    print(commandHelp(path, command));
    return ExitCode.done;
  }
  // A verb with verbs below it may do something by itself, with flags only.
  if (commands.size > 0 && (command.run === undefined || (name !== undefined && !name.startsWith("-"))))
    throw unknownSubCommand(path, name, [...commands.keys()]);
  checkArguments(args, argumentsOf(command), path);
  const { subCommands: _, ...own } = command;
  const { result } = await runCommand(own, { rawArgs: [...args] });
  return typeof result === "number" ? result : ExitCode.done;
}

function unknown(kind: string, name: string, names: readonly string[], path = "mlt"): MltError {
  const guess = nearest(name, names);
  return new MltError(`Unknown ${kind} ${name}${guess === undefined ? "" : `; did you mean ${guess}?`}`, {
    hint: `Run ${path} --help to list the commands.`,
    exitCode: ExitCode.usage,
  });
}

function unknownSubCommand(path: string, name: string | undefined, names: readonly string[]): MltError {
  if (name !== undefined) return unknown(name.startsWith("-") ? "flag" : "command", name, names, path);
  return new MltError(`${path} needs a command: ${names.join(" or ")}`, {
    hint: `Run ${path} --help to see what each does.`,
    exitCode: ExitCode.usage,
  });
}
