import { ExitCode, MltError } from "../../core/errors.ts";
import type { PushedImage } from "../../core/ports.ts";
import {
  type ContainerProgram,
  type Environment,
  lastLine,
  runProgram,
  type Said,
} from "./container-program.ts";

export interface DockerPush {
  readonly program: ContainerProgram;
  readonly env: Environment;
  /** Of the image in the engine's store. */
  readonly id: string;
  readonly references: readonly string[];
  /** Take a tag from another image. */
  readonly force: boolean;
}

/**
 * Pushes an image under each name, after all of them were found free. The names stay in the engine's store too.
 *
 * @throws {MltError} input: where a tag has another image; external: in the engine's own words
 */
export async function pushByDocker(push: DockerPush): Promise<PushedImage[]> {
  if (!push.force) for (const reference of push.references) await checkTag(push, reference);
  const pushed: PushedImage[] = [];
  for (const reference of push.references) {
    await say(push, reference, ["tag", push.id, reference]);
    const { stdout } = await say(push, reference, ["push", reference]);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ?? (await digestOf(push, reference));
    pushed.push({ reference, digest });
  }
  return pushed;
}

/** What the registry cannot be asked for is not there, or the push fails for the same reason. */
async function checkTag({ program, env, id }: DockerPush, reference: string): Promise<void> {
  const said = await runProgram(program, ["manifest", "inspect", reference], env);
  if (said?.exitCode !== 0 || said.stdout.includes(id)) return;
  throw new MltError(`The tag "${reference}" has another image`, {
    hint: "Choose another tag by --tag, or take this one with --force.",
  });
}

async function digestOf(push: DockerPush, reference: string): Promise<string> {
  const format = "{{range .RepoDigests}}{{println .}}{{end}}";
  const { stdout } = await say(push, reference, ["image", "inspect", "--format", format, reference]);
  const repository = reference.replace(/:[^:/]*$/, "");
  const found = stdout.split("\n").find((line) => line.startsWith(`${repository}@`));
  return found?.slice(repository.length + 1) ?? "";
}

async function say({ program, env }: DockerPush, reference: string, args: readonly string[]): Promise<Said> {
  const said = await runProgram(program, args, env);
  if (said?.exitCode === 0) return said;
  const detail = said === undefined ? "it is gone" : lastLine(said);
  throw new MltError(`Cannot push "${reference}": ${program} says "${detail}"`, {
    hint: `Check the name, that the registry is reached, and ${program} login.`,
    exitCode: ExitCode.external,
  });
}
