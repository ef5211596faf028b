import { type Environment, runProgram } from "../run-program.ts";

/** Whether the engine that `docker` leads to has the image. */
export async function hasLocalImage(reference: string, env: Environment): Promise<boolean> {
  const signal = AbortSignal.timeout(15_000);
  const args = ["image", "inspect", "--format", "{{.Id}}", reference];
  return (await runProgram("docker", args, { env, signal }))?.exitCode === 0;
}
