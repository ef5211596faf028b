import { describe, expect, test } from "bun:test";
import { defineCommand } from "citty";
import { restHint } from "../../../cli/arguments.ts";
import type { Command } from "../../../cli/command-table.ts";
import { argumentsOf, commandHelp, descriptionOf, overview, subCommandsOf } from "../../../cli/help.ts";
import { loadCommands } from "../../../cli/load-commands.ts";

const demo: Command = defineCommand({
  meta: { name: "demo", description: "Show every kind of argument" },
  args: {
    file: { type: "positional", required: true, description: "Read this" },
    more: { type: "positional", required: false, valueHint: restHint, description: "And these" },
    output: { type: "string", alias: "o", valueHint: "file", description: "Write there" },
    seed: { type: "string", default: "42", valueHint: "n", description: "Seed" },
    name: { type: "string", description: "Name" },
    json: { type: "boolean", default: false, description: "As JSON" },
  },
});

describe("commandHelp()", () => {
  test("shows the arguments, the flags with their values and defaults, and how it is used", () => {
    expect(commandHelp("mlt demo", demo).split("\n")).toEqual([
      "Show every kind of argument",
      "",
      "Usage  mlt demo <file> [more...] [flags]",
      "",
      "Arguments",
      "  file  Read this",
      "  more  And these",
      "",
      "Flags",
      "  -o, --output <file>  Write there",
      "  --seed <n>           Seed (default 42)",
      "  --name <value>       Name",
      "  --json               As JSON",
      "  -h, --help           Show this page",
    ]);
  });

  test("shows the commands below a command", () => {
    const parent: Command = defineCommand({
      meta: { name: "parent", description: "Do one of two" },
      subCommands: { demo },
    });
    expect([...subCommandsOf(parent).keys()]).toEqual(["demo"]);
    expect(commandHelp("mlt parent", parent).split("\n")).toEqual([
      "Do one of two",
      "",
      "Usage  mlt parent <command> [flags]",
      "",
      "Commands",
      "  demo  Show every kind of argument",
      "",
      "Flags",
      "  -h, --help  Show this page",
    ]);
  });
});

test("overview() lists every command with what it does", async () => {
  const commands = await loadCommands();
  const page = overview(commands, "1.2.3");
  expect(page).toStartWith("mlt 1.2.3: ");
  for (const [name, command] of commands) {
    expect(page).toMatch(new RegExp(`^ {2}${name} +${descriptionOf(command)}$`, "m"));
  }
});

test("every command, and every argument of it, says what it is for", async () => {
  const all = [...(await loadCommands())].flatMap(([name, command]) => [
    [name, command] as const,
    ...Array.from(subCommandsOf(command), ([below, each]) => [`${name} ${below}`, each] as const),
  ]);
  const silent = all.flatMap(([name, command]) => [
    ...(descriptionOf(command) === "" ? [name] : []),
    ...Object.entries(argumentsOf(command)).flatMap(([arg, { description }]) =>
      description === undefined ? [`${name} ${arg}`] : [],
    ),
  ]);
  expect(silent).toEqual([]);
});
