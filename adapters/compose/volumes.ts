import type { Environment } from "../run-program.ts";
import { runDocker } from "./run-docker.ts";

/** The volumes of a Compose project, by their name. @throws {MltError} external */
export async function readVolumes(project: string, env: Environment): Promise<readonly string[]> {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout } = await runDocker(["volume", "ls", "--quiet", "--filter", filter], env);
  return stdout.split("\n").filter((name) => name !== "");
}

/** Removes volumes, with what is in them. @throws {MltError} external: also where one is used */
export async function removeVolumes(names: readonly string[], env: Environment): Promise<void> {
  if (names.length > 0) await runDocker(["volume", "rm", ...names], env);
}
