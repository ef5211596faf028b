import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MltError } from "../core/errors.ts";
import { listAssets, readAsset } from "./assets.ts";
import { embedded } from "./embedded.ts";
import { unpackOnce } from "./unpack-once.ts";

export interface TestRunner {
  readonly program: string;
  /** The arguments before the paths of tests. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Folder of the assets that the build makes for the runner: the bundled preload and what it reads. */
export const testKitFolder = "dist/test-kit";

/**
 * bun:test: the compiled binary is its own test runner.
 *
 * @throws {MltError} on Deno, which has no bun:test
 */
export async function testRunner(): Promise<TestRunner> {
  if (process.versions.bun === undefined) {
    throw new MltError("Tests of a project need bun:test, which Deno does not have", {
      hint: "Run mlt test with the compiled mlt.",
    });
  }
  const preload =
    embedded === undefined
      ? fileURLToPath(new URL("../cli/project/test-preload.ts", import.meta.url))
      : join(await unpackTestKit(embedded.testKitKey), "preload.js");
  return {
    program: process.execPath,
    args: ["test", "--preload", preload],
    // Makes the compiled binary behave as the Bun that is in it.
    environment: { BUN_BE_BUN: "1" },
  };
}

async function unpackTestKit(key: string): Promise<string> {
  return await unpackOnce({
    key,
    isComplete: async (dir) => (await stat(join(dir, "preload.js")).catch(() => undefined)) !== undefined,
    fill: async (dir) => {
      for (const name of listAssets(testKitFolder)) {
        const path = join(dir, name.slice(testKitFolder.length + 1));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, readAsset(name));
      }
    },
  });
}
