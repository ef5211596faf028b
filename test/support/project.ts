import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Finished, type MltOptions, mlt, mltBinary, serveMlt, startMlt } from "./mlt.ts";
import { type TempDir, tempDir } from "./temp-dir.ts";

/** The native libraries are unpacked once for all tests, not once a project. */
export const cacheDir = join(mltBinary, "../test-cache");

type Env = Readonly<Record<string, string>>;
type Runtime = NonNullable<MltOptions["runtime"]>;

/** A project in a folder of its own, which goes when the block that it was made in ends. */
export interface TestProject extends TempDir {
  /** Runs mlt in it, to its end. */
  mlt(args: readonly string[], env?: Env): Promise<Finished>;
  /** Starts mlt in it. */
  start(args: readonly string[], env?: Env): ReturnType<typeof startMlt>;
  /** Serves its model on a free port. */
  serve(args?: readonly string[], env?: Env): ReturnType<typeof serveMlt>;
  read(file: string): string;
  /** Replaces `from`, which must be there, in one of its files. */
  edit(file: string, from: string, to: string): void;
}

/** A project fresh from a template. */
export async function newProject(template = "iris", runtime: Runtime = "binary"): Promise<TestProject> {
  const project = projectIn(tempDir(), runtime);
  succeeded(await project.mlt(["init", ".", "--template", template]));
  return project;
}

/** A project fresh from a template, with a trained model. */
export async function trainedProject(template = "iris"): Promise<TestProject> {
  const project = await newProject(template);
  succeeded(await project.mlt(["train"]));
  return project;
}

/** Another project with the same files. */
export function copyOf({ path }: TestProject): TestProject {
  const copy = projectIn(tempDir());
  // Without the editor's types: they are most of the bytes, and no command reads them.
  cpSync(path, copy.path, { recursive: true, filter: (name) => basename(name) !== ".mlt" });
  return copy;
}

/** @throws when the command failed, with all that it said */
export function succeeded({ exitCode, signal, stdout, stderr }: Finished): string {
  if (exitCode === 0) return stdout;
  throw new Error(`mlt ended with ${exitCode ?? signal}:\n${stdout}\n${stderr}`);
}

function projectIn(dir: TempDir, runtime: Runtime = "binary"): TestProject {
  const optionsWith = (env: Env = {}): MltOptions => ({
    cwd: dir.path,
    env: { MLT_CACHE_DIR: cacheDir, ...env },
    runtime,
  });
  const read = (file: string) => readFileSync(join(dir.path, file), "utf8");
  return {
    ...dir,
    mlt: (args, env) => mlt(args, optionsWith(env)),
    start: (args, env) => startMlt(args, optionsWith(env)),
    serve: (args, env) => serveMlt(optionsWith(env), args),
    read,
    edit(file, from, to) {
      const text = read(file);
      if (!text.includes(from)) throw new Error(`${file} does not hold "${from}"`);
      writeFileSync(
        join(dir.path, file),
        text.replace(from, () => to),
      );
    },
  };
}
