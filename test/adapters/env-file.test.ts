import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvFile } from "../../adapters/env-file.ts";
import { MltError } from "../../core/errors.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "mlt-env-"));
});
afterAll(() => rm(dir, { recursive: true }));

describe("readEnvFile()", () => {
  test("reads quoted, exported and commented variables", async () => {
    const path = join(dir, ".env");
    await writeFile(
      path,
      "# c\nA=1\nexport B=two # c\nC=\"x\\ny\"\nD='l1\nl2'\nE=a=b\nF=\n G = h i \r\nA=2\n",
    );
    const { variables, lines } = await readEnvFile(path);
    expect(variables).toEqual({
      A: "2",
      B: "two",
      C: "x\ny",
      D: "l1\nl2",
      E: "a=b",
      F: "",
      G: "h i",
    });
    // D takes two lines; the second A is the one that counts.
    expect(Object.fromEntries(lines)).toEqual({ A: 10, B: 3, C: 4, D: 5, E: 7, F: 8, G: 9 });
  });

  test("takes a missing file for an empty one", async () => {
    expect(await readEnvFile(join(dir, "none", ".env"))).toEqual({ variables: {}, lines: new Map() });
  });

  test("refuses a folder", async () => {
    const error = await readEnvFile(dir).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MltError);
    expect(String(error)).toBe(`MltError: Cannot read the environment file "${dir}"`);
  });
});
