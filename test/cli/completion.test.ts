import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mltBinary } from "../support/mlt.ts";
import { testWith } from "../support/tools.ts";

/** What bash offers where the cursor stands after the last of the words. */
function bashOffers(...words: readonly string[]): string[] {
  const script = `
    source <("$MLT" completion bash)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _mlt
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", "mlt", ...words], {
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "", MLT: mltBinary },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

test.each<[words: string[], offered: string[]]>([
  [["tr"], ["train"]],
  [["c"], ["config", "completion"]],
  [["train", "--se"], ["--seed"]],
  [["config", "sh"], ["show"]],
  [["train", "--h"], ["--help"]],
])("The bash completion of mlt %p offers %p", (words, offered) => {
  expect(bashOffers(...words)).toEqual(offered);
});

test("The bash completion offers files where no word fits", () => {
  expect(bashOffers("predict", "/et")).toEqual(["/etc"]);
});

for (const shell of ["bash", "zsh", "fish"]) {
  testWith([shell], `${shell} -n reads the script of mlt completion ${shell}`, () => {
    const { stdout } = spawnSync(mltBinary, ["completion", shell], { encoding: "utf8" });
    const { status, stderr } = spawnSync(shell, ["-n"], { input: stdout, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
}
