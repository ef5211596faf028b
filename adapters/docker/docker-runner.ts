import { spawnSync } from "node:child_process";
import { ExitCode, MltError } from "../../core/errors.ts";
import { imagePaths } from "../../core/image/production-plan.ts";
import type { BuiltImage, ImageRunner, RunningContainer, RunOutcome } from "../../core/ports.ts";
import { type LineProcess, lineProcess } from "../line-process.ts";
import { onInterrupt } from "../on-interrupt.ts";
import { type Environment, lastLine, runProgram } from "../run-program.ts";
import type { ContainerProgram } from "./container-program.ts";

export interface DockerRunnerOptions {
  /** From `findContainerProgram`. */
  readonly program: ContainerProgram;
  readonly env: Environment;
  /** Names a container: another each time. */
  readonly newId: () => string;
}

/** What a container is called by its engine. */
interface Container {
  readonly name: string;
  readonly port: number;
}

/** Runs the images of Docker or Podman. */
export async function dockerRunner(options: DockerRunnerOptions): Promise<ImageRunner> {
  const isCutOff = await canReachBridges(options);
  const say = speaker(options);
  return {
    apartness: isCutOff
      ? "read-only, without capabilities, on a network of its own that leads nowhere"
      : "read-only, without capabilities; its network leads out, as this engine cannot publish a port of one that does not",
    async start({ id, plan }, onLine) {
      const { port } = plan.runtime;
      if (port === undefined) throw new RangeError("The image has no service to run");
      const container = { name: `mlt-test-${options.newId()}`, port };
      const stopListening = onInterrupt(() => {
        for (const args of [
          ["rm", "--force", "--volumes", container.name],
          ["network", "rm", container.name],
        ]) {
          spawnSync(options.program, args, { env: { ...options.env }, stdio: "ignore" });
        }
      });
      const remove = async () => {
        await say(["rm", "--force", "--volumes", container.name]).catch(() => undefined);
        if (isCutOff) await say(["network", "rm", container.name]).catch(() => undefined);
        stopListening();
      };
      try {
        if (isCutOff) await say(["network", "create", "--internal", container.name]);
        await say(["create", ...restrictions(options.program, container, plan, isCutOff), id]);
        const attached = attach(options, container, onLine);
        const url = await addressOf(options, container, attached, isCutOff);
        return running(say, container, { url, attached, remove });
      } catch (cause) {
        await remove();
        throw cause;
      }
    },
    run: ({ id }, command) => runCommand(options, id, command),
  };
}

async function runCommand(
  { program, env }: DockerRunnerOptions,
  id: string,
  [entrypoint, ...args]: readonly [string, ...string[]],
): Promise<RunOutcome> {
  const said = await runProgram(
    program,
    [
      ...["run", "--rm", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
      ...["--network", "none", "--no-healthcheck", "--entrypoint", entrypoint, id, ...args],
    ],
    { env },
  );
  if (said === undefined) throw new MltError(`Cannot run a container: ${program} is gone`);
  const lines = `${said.stdout}\n${said.stderr}`.split("\n").filter((line) => line !== "");
  return { exitCode: said.exitCode, lines };
}

function restrictions(
  program: ContainerProgram,
  { name, port }: Container,
  { runtime }: BuiltImage["plan"],
  isCutOff: boolean,
): string[] {
  return [
    ...["--name", name, "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...["--pids-limit", "512", "--restart", "no", "--no-healthcheck"],
    ...["--tmpfs", `/${imagePaths.spool}:rw,noexec,nosuid,size=64m,${spoolRights(program, runtime.user)}`],
    ...(isCutOff ? ["--network", name] : ["--publish", `127.0.0.1::${port}`]),
  ];
}

/** Podman knows no owner of a tmpfs; nobody else is in the container. */
function spoolRights(program: ContainerProgram, user: string): string {
  if (program === "podman") return "mode=1777";
  const [uid = "0", gid = "0"] = user.split(":");
  return `mode=0750,uid=${uid},gid=${gid}`;
}

function attach({ program, env }: DockerRunnerOptions, { name }: Container, onLine: (line: string) => void) {
  return lineProcess({ command: [program, "start", "--attach", name], env, onLine });
}

function running(
  say: ReturnType<typeof speaker>,
  { name }: Container,
  { url, attached, remove }: { url: URL; attached: LineProcess; remove: () => Promise<void> },
): RunningContainer {
  return {
    url,
    ended: attached.ended,
    async stop(patienceMs) {
      await say(["stop", "--time", String(Math.ceil(patienceMs / 1_000)), name]);
      await attached.ended;
    },
    remove,
  };
}

/** Known once it runs; where it has ended already its address is of no use, and none is waited for. */
async function addressOf(
  { program, env }: DockerRunnerOptions,
  { name, port }: Container,
  { ended }: LineProcess,
  isCutOff: boolean,
): Promise<URL> {
  let hasEnded = false;
  void ended.finally(() => {
    hasEnded = true;
  });
  const format = isCutOff
    ? "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    : `{{(index (index .NetworkSettings.Ports "${port}/tcp") 0).HostPort}}`;
  for (;;) {
    const said = await runProgram(program, ["inspect", "--format", format, name], { env });
    const found = said?.exitCode === 0 ? said.stdout.trim() : "";
    if (found !== "") return new URL(isCutOff ? `http://${found}:${port}` : `http://127.0.0.1:${found}`);
    if (hasEnded) return new URL(`http://127.0.0.1:${port}`);
  }
}

function speaker({ program, env }: DockerRunnerOptions): (args: readonly string[]) => Promise<string> {
  return async (args) => {
    const said = await runProgram(program, args, { env });
    if (said?.exitCode === 0) return said.stdout.trim();
    throw new MltError(
      `Cannot run a container: ${program} says "${said === undefined ? "it is gone" : lastLine(said)}"`,
      { hint: "See to what it says, or build with --no-test.", exitCode: ExitCode.external },
    );
  };
}

/** Whether containers that have no way out are reached from here: with an engine of this machine that runs as root. */
async function canReachBridges({ program, env }: DockerRunnerOptions): Promise<boolean> {
  const host = env["DOCKER_HOST"] ?? "";
  if (process.platform !== "linux" || !(host === "" || host.startsWith("unix:"))) return false;
  const format = program === "podman" ? "{{.Host.Security.Rootless}}" : "{{.SecurityOptions}}";
  const said = await runProgram(program, ["info", "--format", format], { env });
  return said?.exitCode === 0 && !/rootless|true/.test(said.stdout);
}
