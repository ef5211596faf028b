import { existsSync } from "node:fs";
import { join } from "node:path";
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
}

/** Runs the project's tests in a test runner of its own. @returns the exit code: `input` when a test fails */
export async function testProject(
  { root }: Project,
  { patterns, grep, coverage }: TestFlags,
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
  ];
  const paths = patterns.length === 0 ? ["./tests"] : patterns;
  const exitCode = await runAttached(runner.program, [...runner.args, ...flags, ...paths], {
    cwd: root,
    env: { ...process.env, ...runner.environment, ...(await nativeEnvironment()) },
  });
  // The runner's 1 is a failed test; of mlt's own codes it would be a bug of mlt.
  return exitCode === 1 ? ExitCode.input : exitCode;
}
