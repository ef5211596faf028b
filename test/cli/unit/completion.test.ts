import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { completionScript } from "../../../cli/completion.ts";
import { loadCommands } from "../../../cli/load-commands.ts";
import { failure } from "../../support/failure.ts";

/** What bash would offer for the words, the last of them half typed. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `${await completionScript("bash")}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mlt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", "mlt", ...words], { cwd: "/" });
  expect(stderr.toString()).toBe("");
  return stdout.toString().split("\n").filter(Boolean);
}

describe("completionScript()", () => {
  test.each(["bash", "zsh", "fish"])("names every command in the script of %s", async (shell) => {
    const script = await completionScript(shell);
    for (const name of (await loadCommands()).keys()) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    expect(script).not.toContain("undefined");
  });

  test.each(["tcsh", "", "constructor"])("refuses the shell %p", async (shell) => {
    const error = await failure(() => completionScript(shell));
    expect(error.message).toBe(`There is no completion for "${shell}"`);
    expect(error.hint).toBe("Choose of bash, zsh, fish.");
    expect(error.exitCode).toBe(2);
  });

  test("lets bash complete commands, flags and commands below commands", async () => {
    expect(await offered("")).toEqual([...(await loadCommands()).keys(), "--help", "--version"]);
    expect(await offered("tr")).toEqual(["train"]);
    expect(await offered("train", "--se")).toEqual(["--seed"]);
    expect(await offered("config", "s")).toEqual(["show", "schema"]);
  });

  test("lets bash complete files where no word fits", async () => {
    expect(await offered("predict", "us")).toContain("usr");
  });
});
