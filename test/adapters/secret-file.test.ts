import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecretFile } from "../../adapters/secret-file.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const variable = "MLT_SERVE__API_KEYS_FILE";

async function refusal(path: string): Promise<string> {
  const error = await readSecretFile(path, variable).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MltError)) throw new Error("readSecretFile() did not refuse", { cause: error });
  expect(error.exitCode).toBe(ExitCode.input);
  expect(error.hint).toBe(
    `Set ${variable} to the path of a file with nothing but the secret in it, or leave it unset.`,
  );
  return error.message;
}

test("readSecretFile() gives the text of a file, up to 65536 bytes", async () => {
  using dir = tempDir();
  await dir.write({ "some/key": "kéy\n", full: "x".repeat(65_536) });
  expect(await readSecretFile(join(dir.path, "some/key"), variable)).toBe("kéy\n");
  expect(await readSecretFile(join(dir.path, "full"), variable)).toHaveLength(65_536);
});

test("readSecretFile() names the variable and the reason of what it refuses, and never the path or the text", async () => {
  using dir = tempDir();
  await dir.write({ long: "x".repeat(65_537) });
  writeFileSync(join(dir.path, "binary"), new Uint8Array([0x68, 0xff]));
  mkdirSync(join(dir.path, "folder"));
  const start = `Cannot read the file that ${variable} names: `;
  expect(await refusal(join(dir.path, "hunter2"))).toBe(`${start}there is none at that path`);
  expect(await refusal(join(dir.path, "long/hunter2"))).toBe(`${start}there is none at that path`);
  expect(await refusal(join(dir.path, "folder"))).toBe(`${start}it is no regular file`);
  expect(await refusal("/dev/zero")).toBe(`${start}it is no regular file`);
  expect(await refusal(join(dir.path, "long"))).toBe(`${start}it is longer than 65536 bytes`);
  expect(await refusal(join(dir.path, "binary"))).toBe(`${start}it is not UTF-8`);
});

testWith(["mkfifo"], "readSecretFile() refuses a pipe without waiting for whoever writes to it", async () => {
  using dir = tempDir();
  const path = join(dir.path, "pipe");
  Bun.spawnSync(["mkfifo", path]);
  expect(await refusal(path)).toEndWith(": it is no regular file");
});
