import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Environment } from "../run-program.ts";
import { askDocker, dockerFailed, runDocker } from "./run-docker.ts";

/** A container of a stack. */
export interface StackContainer {
  readonly id: string;
  readonly service: string;
  readonly image: string;
  readonly state: "created" | "running" | "paused" | "restarting" | "exited" | "removing" | "dead";
  /** What its health check says; absent where it has none. */
  readonly health?: string;
  readonly exitCode: number;
  /** Of the settings that Compose made it by. */
  readonly hash: string;
  readonly restarts: number;
  /** `no`, `unless-stopped` and such. */
  readonly restartPolicy: string;
}

const states = ["created", "running", "paused", "restarting", "exited", "removing", "dead"] as const;

const Inspected = Type.Array(
  Type.Object({
    Id: Type.String(),
    RestartCount: Type.Number(),
    HostConfig: Type.Object({ RestartPolicy: Type.Object({ Name: Type.String() }) }),
    Config: Type.Object({ Image: Type.String(), Labels: Type.Record(Type.String(), Type.String()) }),
    State: Type.Object({
      Status: Type.Union(states.map((state) => Type.Literal(state))),
      ExitCode: Type.Number(),
      Health: Type.Optional(Type.Union([Type.Null(), Type.Object({ Status: Type.String() })])),
    }),
  }),
);

const projectLabel = "com.docker.compose.project";

/** All containers of a Compose project, also those that have ended. @throws {MltError} external */
export async function readContainers(project: string, env: Environment): Promise<readonly StackContainer[]> {
  const filter = `label=${projectLabel}=${project}`;
  const listed = await runDocker(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], env);
  const ids = listed.stdout.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return [];
  const said = await askDocker(["inspect", "--type", "container", ...ids], env);
  // One that has gone meanwhile makes it fail, and the others are printed all the same.
  const printed = parsed(said.stdout);
  if (printed === undefined) throw dockerFailed("inspect", said);
  return printed
    .filter(({ Config }) => Config.Labels["com.docker.compose.oneoff"] !== "True")
    .map(containerOf)
    .sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** The last lines that a container has said, on stdout and stderr. */
export async function lastLogLines(id: string, count: number, env: Environment): Promise<readonly string[]> {
  const { stdout, stderr } = await askDocker(["logs", "--tail", `${count}`, id], env);
  // They are two streams; which line came first is not told.
  return `${stdout}${stderr}`
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** Stops containers, and removes them. @throws {MltError} external */
export async function removeContainers(ids: readonly string[], env: Environment): Promise<void> {
  if (ids.length === 0) return;
  const there = new Set((await runDocker(["ps", "--all", "--quiet", "--no-trunc"], env)).stdout.split("\n"));
  const left = ids.filter((id) => there.has(id));
  if (left.length === 0) return;
  await runDocker(["stop", ...left], env);
  await runDocker(["rm", ...left], env);
}

function containerOf({
  Id,
  Config,
  HostConfig,
  State,
  RestartCount,
}: Static<typeof Inspected>[number]): StackContainer {
  return {
    id: Id,
    service: Config.Labels["com.docker.compose.service"] ?? "",
    image: Config.Image,
    state: State.Status,
    ...(State.Health == null || State.Health.Status === "none" ? {} : { health: State.Health.Status }),
    exitCode: State.ExitCode,
    hash: Config.Labels["com.docker.compose.config-hash"] ?? "",
    restarts: RestartCount,
    restartPolicy: HostConfig.RestartPolicy.Name || "no",
  };
}

function parsed(text: string): Static<typeof Inspected> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return Value.Check(Inspected, data) ? data : undefined;
  } catch {
    return undefined;
  }
}
