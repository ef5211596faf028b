import { ExitCode, MltError } from "../../core/errors.ts";
import { type Environment, lastLine, runProgram, type Said } from "../run-program.ts";

const limitMs = 60_000;

/** What docker says. @throws {MltError} external: where it fails */
export async function runDocker(args: readonly string[], env: Environment): Promise<Said> {
  const said = await askDocker(args, env);
  if (said.exitCode !== 0) throw dockerFailed(args[0] ?? "", said);
  return said;
}

/** What docker says, whether it fails or not. @throws {MltError} external: where there is none */
export async function askDocker(args: readonly string[], env: Environment): Promise<Said> {
  const said = await runProgram("docker", args, { env, signal: AbortSignal.timeout(limitMs) });
  if (said !== undefined) return said;
  throw new MltError("There is no docker on PATH", { hint: "Install it.", exitCode: ExitCode.external });
}

/** That docker failed, and why it says so. */
export function dockerFailed(verb: string, said: Said): MltError {
  return new MltError(`docker ${verb} failed: ${lastLine(said)}`, {
    hint: "Mend that, and run it again.",
    exitCode: ExitCode.external,
  });
}
