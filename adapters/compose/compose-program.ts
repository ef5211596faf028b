import { ExitCode, MltError } from "../../core/errors.ts";
import { type Environment, lastLine, runProgram } from "../run-program.ts";

/** The program that starts a stack: its words, such as `docker compose`. */
export interface ComposeProgram {
  readonly words: readonly [string, ...string[]];
  readonly version: string;
}

const oldest = [2, 20] as const;

/** Docker's plugin, else the program of its own. @throws {MltError} external: where there is neither, or none that is new enough */
export async function findCompose(env: Environment): Promise<ComposeProgram> {
  const old: string[] = [];
  for (const words of [["docker", "compose"], ["docker-compose"]] as const) {
    const [program, ...args] = words;
    const said = await runProgram(program, [...args, "version", "--short"], { env });
    if (said?.exitCode !== 0) continue;
    const version = said.stdout.trim();
    if (isNewEnough(version)) return { words, version };
    old.push(`${words.join(" ")} is ${version}, which is older than ${oldest.join(".")}`);
  }
  throw new MltError(old[0] ?? "There is no docker compose and no docker-compose on PATH", {
    hint: "Install Docker's package docker-compose-plugin, or that of the system: docker-compose-v2 or docker-compose.",
    exitCode: ExitCode.external,
  });
}

/** One that calls itself by no numbers was built by whoever uses it. */
function isNewEnough(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}

/** The version of the engine that `docker` leads to. @throws {MltError} external: where it does not answer */
export async function reachEngine(env: Environment): Promise<string> {
  const signal = AbortSignal.timeout(15_000);
  const said = await runProgram("docker", ["version", "--format", "{{.Server.Version}}"], { env, signal });
  if (said === undefined) {
    throw new MltError("There is no docker on PATH", {
      hint: "Install Docker: Debian's package docker.io, or those of docs.docker.com/engine/install.",
      exitCode: ExitCode.external,
    });
  }
  if (said.exitCode === 0) return said.stdout.trim();
  throw new MltError(`Cannot reach Docker's engine: ${lastLine(said)}`, {
    hint: "Start it (sudo systemctl start docker), or see to it that this user may use it (the group docker).",
    exitCode: ExitCode.external,
  });
}
