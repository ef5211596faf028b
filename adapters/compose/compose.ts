import { ExitCode, MltError } from "../../core/errors.ts";
import { type Environment, lastLine, runProgram, type Said } from "../run-program.ts";
import type { ComposeProgram } from "./compose-program.ts";
import { lastLogLines, readContainers, removeContainers, type StackContainer } from "./read-containers.ts";
import { readVolumes, removeVolumes } from "./volumes.ts";

/** A stack as Compose takes it. */
export interface ComposeStack {
  /** Of the Compose project, such as `mlt-efk`. */
  readonly project: string;
  /** What paths in the files start from; while nothing is started it may be missing. */
  readonly folder: string;
  /** The later ones add to the first. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  /** Those that are off too: what ran by one is taken down all the same. */
  readonly allProfiles: readonly string[];
  /** `MLT_…`: all that the files may name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether images are built. */
  readonly builds: boolean;
}

/** A stack that can be started and stopped. Every failure is an `MltError` with the exit code 4. */
export interface Compose {
  readonly project: string;
  /** What Compose would make each service's container by, by service. */
  hashes(): Promise<ReadonlyMap<string, string>>;
  containers(): Promise<readonly StackContainer[]>;
  /** Names of those that hold data, of services of before too. */
  volumes(): Promise<readonly string[]>;
  logLines(id: string, count: number): Promise<readonly string[]>;
  /**
   * Makes what is missing or has changed, and starts it; resolves once all has been started.
   *
   * @param gone  ids of containers that are not part of it any more
   */
  up(signal: AbortSignal, gone: readonly string[]): Promise<void>;
  /** Stops and removes all; the data stay, unless `volumes`. */
  down(options: { readonly volumes: boolean }): Promise<void>;
  /** Stops and removes the containers of these services. */
  remove(services: readonly string[]): Promise<void>;
}

const shortMs = 60_000;
const downMs = 5 * 60_000;

/** Opens a stack; `env` is that of whoever runs mlt, with what leads to the engine. */
export function openCompose(program: ComposeProgram, stack: ComposeStack, env: Environment): Compose {
  const environment = composeEnvironment(env, stack.variables);
  const run = async (args: readonly string[], signal: AbortSignal, profiles = stack.profiles) => {
    const [command, ...words] = [...program.words, ...stackArguments({ ...stack, profiles }), ...args];
    const said = await runProgram(command ?? "", words, { env: environment, signal });
    if (said === undefined || said.exitCode !== 0) throw failed(program, stack, args, said);
    return said.stdout;
  };
  const after = (ms: number) => AbortSignal.timeout(ms);
  return {
    project: stack.project,
    hashes: async () => readHashes(await run(["config", "--hash", "*"], after(shortMs))),
    containers: () => readContainers(stack.project, environment),
    logLines: (id, count) => lastLogLines(id, count, environment),
    volumes: () => readVolumes(stack.project, environment),
    async up(signal, gone) {
      const build = stack.builds ? ["--build"] : [];
      await run(["up", "--detach", "--remove-orphans", ...build], signal);
      // Compose takes a service of a profile that is off for no orphan.
      await removeContainers(gone, environment);
    },
    async down({ volumes }) {
      const flags = ["--remove-orphans", ...(volumes ? ["--volumes"] : [])];
      await run(["down", ...flags], after(downMs), stack.allProfiles);
      // What compose.yaml names no more, as the data of the other search engine.
      if (volumes) await removeVolumes(await readVolumes(stack.project, environment), environment);
    },
    async remove(services) {
      if (services.length > 0) await run(["rm", "--stop", "--force", ...services], after(downMs));
    },
  };
}

/** Variables of the shell must not take the place of the stack's, nor lead to another project. */
function composeEnvironment(env: Environment, variables: Readonly<Record<string, string>>): Environment {
  const kept = Object.entries(env).filter(([name]) => !/^(MLT|COMPOSE)_/.test(name));
  // Without a file `.env`, which a project may have for other ends.
  return { ...Object.fromEntries(kept), ...variables, COMPOSE_ANSI: "never", COMPOSE_ENV_FILES: "/dev/null" };
}

function stackArguments({
  project,
  folder,
  files,
  profiles,
}: Pick<ComposeStack, "project" | "folder" | "files" | "profiles">): readonly string[] {
  return [
    ...["--project-name", project, "--project-directory", folder],
    ...files.flatMap((file) => ["--file", file]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
}

/** Lines of a service and a hash. */
function readHashes(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  return new Map(lines.flatMap(([service, hash]) => (service && hash ? [[service, hash] as const] : [])));
}

function failed(
  { words }: ComposeProgram,
  { project }: ComposeStack,
  [verb]: readonly string[],
  said: Said | undefined,
): MltError {
  const reason = said === undefined ? "it is not on PATH any more" : lastLine(said);
  return new MltError(`${words.join(" ")} ${verb} failed for ${project}: ${reason}`, {
    hint: "Mend that, and run it again: what has been done already is left as it is.",
    exitCode: ExitCode.external,
  });
}
