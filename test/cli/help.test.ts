import { expect, test } from "bun:test";
import { commandTable } from "../../cli/command-table.ts";
import packageJson from "../../package.json" with { type: "json" };
import { mlt } from "../support/mlt.ts";
import { tempDir } from "../support/temp-dir.ts";

async function run(args: readonly string[]) {
  using dir = tempDir();
  return await mlt(args, { cwd: dir.path });
}

test.each([
  [],
  ["--help"],
  ["help"],
  ...[...commandTable.keys()].flatMap((verb) => [
    [verb, "--help"],
    [verb, "-h"],
    ["help", verb],
  ]),
  ["config", "show", "--help"],
])("mlt %s %s prints help of at most 100 columns", async (...args) => {
  const { exitCode, stdout, stderr } = await run(args.filter((word) => word !== undefined));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("Usage  mlt ");
  expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  expect(stdout).not.toContain("\x1b");
});

test("mlt --help names every command", async () => {
  const { stdout } = await run(["--help"]);
  for (const verb of commandTable.keys()) expect(stdout).toMatch(new RegExp(`^  ${verb} +[A-Z]`, "m"));
});

test.each(["--version", "-v"])("mlt %s prints the version of package.json", async (flag) => {
  expect(await run([flag])).toEqual({
    exitCode: 0,
    signal: null,
    stdout: `${packageJson.version}\n`,
    stderr: "",
  });
});

test("mlt --help needs no writable folder", async () => {
  const { exitCode } = await mlt(["--help"], { cwd: "/", env: { HOME: "/nonexistent" } });
  expect(exitCode).toBe(0);
});
