import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Which kinds of tests lie where. */
export interface TestKinds {
  readonly python: boolean;
  readonly typescript: boolean;
}

/** What pytest takes for a file of tests. */
const pythonTest = /^test_.*\.py$|_test\.py$/;
const typescriptTest = /[._](?:test|spec)\.[cm]?[jt]sx?$/;

/**
 * The kinds of tests at these paths: files, folders, or parts of the paths of TypeScript tests, which only their runner
 * understands.
 */
export async function testKinds(root: string, paths: readonly string[]): Promise<TestKinds> {
  const names = await Promise.all(paths.map((path) => namesAt(resolve(root, path))));
  const found = names.flatMap((each) => each ?? []);
  return {
    python: found.some((name) => pythonTest.test(name)),
    typescript: names.includes(undefined) || found.some((name) => typescriptTest.test(name)),
  };
}

/** Names of the files at a path; nothing where it is none. */
async function namesAt(path: string): Promise<readonly string[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return [path.slice(path.lastIndexOf("/") + 1)];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).includes("/node_modules/"))
    .map(({ name }) => name);
}
