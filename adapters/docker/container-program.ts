import { spawn } from "node:child_process";
import { constants } from "node:os";
import { ExitCode, MltError } from "../../core/errors.ts";
import { onInterrupt } from "../on-interrupt.ts";

/** What runs containers here: `docker`, or `podman`, which is called as it is. */
export type ContainerProgram = "docker" | "podman";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a program said until it ended. */
export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
    const said = await runProgram(program, ["version", "--format", "{{.Client.Version}} {{.Server}}"], env);
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

/** Runs the program without a terminal; a signal that ends mlt ends it too. Resolves with `undefined` where it is not on PATH. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Environment,
): Promise<Said | undefined> {
  const child = spawn(program, args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  // Else a push would go on, and tag what was called off.
  const stopListening = onInterrupt(() => void child.kill("SIGTERM"));
  child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
  const said = new Promise<Said | undefined>((resolve, reject) => {
    child.once("error", (error) =>
      "code" in error && error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.once("close", (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
  return await said.finally(stopListening);
}

/** The line that says why it failed: programs of containers say that last. */
export function lastLine({ stdout, stderr, exitCode }: Said): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !/^(See|Run) '/.test(line)) ?? `exit code ${exitCode}`;
}
