import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, dirname, extname, join, resolve } from "node:path";
import { nativeEnvironment } from "../../adapters/natives.ts";
import { runAttached } from "../../adapters/process.ts";
import { testKinds } from "../../adapters/python-tests.ts";
import { testRunner } from "../../adapters/test-runner.ts";
import { commandPath } from "../../adapters/train-program/command-path.ts";
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
 * Runs the project's tests, each kind by its own test runner: bun:test, and pytest.
 *
 * @returns the exit code: `input` when a test fails
 * @throws {MltError} input: when there are no tests; external: when the folder of `junit` cannot be made
 */
export async function testProject(project: Project, flags: TestFlags): Promise<number> {
  const { root } = project;
  if (flags.patterns.length === 0 && !existsSync(join(root, "tests"))) {
    throw new MltError(`There are no tests in "${root}"`, {
      hint: "Write them to tests/, in files that end in .test.ts, or for Python in test_*.py; mlt init shows some.",
    });
  }
  const paths = flags.patterns.length === 0 ? ["./tests"] : flags.patterns;
  const kinds = await testKinds(root, paths);
  if (!kinds.python) return await runBunTests(root, paths, flags);
  if (!kinds.typescript) return await runPytest(project, paths, flags);
  const python = await runPytest(project, paths, { ...flags, ...besides(flags) });
  const typescript = await runBunTests(root, paths, flags);
  return python === 0 ? typescript : python;
}

/** A file of its own for the results of the second runner. */
function besides({ junit }: TestFlags): Partial<TestFlags> {
  if (junit === undefined) return {};
  const ending = extname(junit);
  return { junit: `${junit.slice(0, junit.length - ending.length)}-python${ending}` };
}

async function runBunTests(
  root: string,
  paths: readonly string[],
  { grep, coverage, junit }: TestFlags,
): Promise<number> {
  await ensureEditorTypes(root);
  const runner = await testRunner();
  const flags = [
    ...(grep === undefined ? [] : ["--test-name-pattern", grep]),
    ...(coverage ? ["--coverage"] : []),
    ...(junit === undefined ? [] : ["--reporter=junit", `--reporter-outfile=${await placeFor(junit)}`]),
  ];
  const exitCode = await runAttached(runner.program, [...runner.args, ...flags, ...paths], {
    cwd: root,
    env: { ...process.env, ...runner.environment, ...(await nativeEnvironment()) },
  });
  // The runner's 1 is a failed test; of mlt's own codes it would be a bug of mlt.
  return exitCode === 1 ? ExitCode.input : exitCode;
}

/** By the Python that trains, and so with the packages that the tested code has. */
async function runPytest(
  { root, config }: Project,
  paths: readonly string[],
  { grep, coverage, junit }: TestFlags,
): Promise<number> {
  if (coverage) {
    throw new MltError("--coverage knows no tests of Python", {
      hint: "Install pytest-cov and run it: python -m pytest --cov=source",
      exitCode: ExitCode.usage,
    });
  }
  const [trains = ""] = config.train.command ?? [];
  const python = commandPath(/python[\d.]*$/.test(trains) ? trains : "python3", root);
  const flags = [
    ...(grep === undefined ? [] : ["-k", grep]),
    ...(junit === undefined ? [] : [`--junit-xml=${await placeFor(junit)}`]),
  ];
  // A test may start mlt, whether it is on PATH or not.
  const path = [process.env["PATH"], dirname(process.execPath)].join(delimiter);
  const exitCode = await runAttached(python, ["-m", "pytest", ...flags, ...paths], {
    cwd: root,
    env: { ...process.env, PATH: path },
  });
  // 1 is a failed test, 2 a file that cannot be imported, 5 that there are none; the rest is pytest's own trouble.
  if (exitCode === 1 || exitCode === 2 || exitCode === 5) return ExitCode.input;
  return exitCode === 3 || exitCode === 4 ? ExitCode.external : exitCode;
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
