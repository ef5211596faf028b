import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { nativeEnvironment } from "../../adapters/natives.ts";
import { runAttached } from "../../adapters/process.ts";
import { testRunner } from "../../adapters/test-runner.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { ensureEditorTypes } from "./ensure-editor-types.ts";
import type { Project } from "./open-project.ts";

export interface TestFlags {
  readonly patterns: readonly string[];
  readonly grep?: string;
  readonly coverage: boolean;
  /** File for the results, whose folder is made. */
  readonly junit?: string;
}

/**
 * Runs the project's tests in a test runner of its own.
 *
 * @returns the exit code: `input` when a test fails
 * @throws {MltError} input: when there are no tests; external: when the folder of `junit` cannot be made
 */
export async function testProject(
  { root }: Project,
  { patterns, grep, coverage, junit }: TestFlags,
): Promise<number> {
  if (patterns.length === 0 && !existsSync(join(root, "tests"))) {
    throw new MltError(`There are no tests in "${root}"`, {
      hint: "Write them to tests/, in files that end in .test.ts; mlt init shows some.",
    });
  }
  await ensureEditorTypes(root);
  const runner = await testRunner();
  const flags = [
    ...(grep === undefined ? [] : ["--test-name-pattern", grep]),
    ...(coverage ? ["--coverage"] : []),
    ...(junit === undefined ? [] : ["--reporter=junit", `--reporter-outfile=${await placeFor(junit)}`]),
  ];
  const paths = patterns.length === 0 ? ["./tests"] : patterns;
  const exitCode = await runAttached(runner.program, [...runner.args, ...flags, ...paths], {
    cwd: root,
    env: { ...process.env, ...runner.environment, ...(await nativeEnvironment()) },
  });
  // The runner's 1 is a failed test; of mlt's own codes it would be a bug of mlt.
  return exitCode === 1 ? ExitCode.input : exitCode;
}

/** The runner writes nothing, and says so in a word, where the folder is missing. */
async function placeFor(file: string): Promise<string> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw new MltError(
      `Cannot make the folder of --junit "${file}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: "Choose another file.", exitCode: ExitCode.external, cause },
    );
  }
  return path;
}
