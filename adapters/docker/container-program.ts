import { ExitCode, MltError } from "../../core/errors.ts";
import { type Environment, lastLine, runProgram } from "../run-program.ts";

/** What runs containers here: `docker`, or `podman`, which is called as it is. */
export type ContainerProgram = "docker" | "podman";

const hint =
  "Start it, or see to it that this user may use it (the group docker); with --engine oci mlt builds without it.";

/**
 * The first program that is installed and answers: the one asked for, or of docker and podman.
 *
 * @throws {MltError} external: where none is installed, or where its daemon does not answer
 */
export async function findContainerProgram(
  env: Environment,
  wanted?: ContainerProgram,
): Promise<ContainerProgram> {
  const candidates: readonly ContainerProgram[] = wanted === undefined ? ["docker", "podman"] : [wanted];
  let silent: MltError | undefined;
  for (const program of candidates) {
    const said = await runProgram(program, ["version", "--format", "{{.Client.Version}} {{.Server}}"], {
      env,
    });
    if (said === undefined) continue;
    if (said.exitCode === 0) return program;
    silent ??= new MltError(`Cannot reach ${program}'s engine: ${lastLine(said)}`, {
      hint,
      exitCode: ExitCode.external,
    });
  }
  if (silent !== undefined) throw silent;
  throw new MltError(`There is no ${candidates.join(" and no ")} on PATH`, {
    hint: "Install one of them, or build with --engine oci, which needs neither.",
    exitCode: ExitCode.external,
  });
}
