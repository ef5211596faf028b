import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { parseEnv } from "node:util";
import { variableLine } from "../../../core/infra/variable-line.ts";
import { failure } from "../../support/failure.ts";

test.each([
  "",
  "mongodb://mlt:a-b_c@[::1]:27017/mlt?authSource=mlt",
  "two words # no comment",
  'quote " of $HOME and `id` with \\ and =',
  "it's",
  "&; * ~ !",
])("variableLine() of %j is read back by a shell and as .env files are", (value) => {
  const line = variableLine("A", value);
  expect(parseEnv(`${line}\nB=1\n`)).toEqual({ A: value, B: "1" });
  const shell = spawnSync("sh", ["-c", `${line}\nprintf %s "$A"`], { encoding: "utf8" });
  expect(shell.stdout).toBe(value);
});

test("variableLine() refuses what no quotes are right for", async () => {
  const { message } = await failure(() => variableLine("A", "it's $5"));
  expect(message).toStartWith("The value of A has quotes of both kinds");
});
