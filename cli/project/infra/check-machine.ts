import { dirname } from "node:path";
import { type ComposeProgram, findCompose, reachEngine } from "../../../adapters/compose/compose-program.ts";
import { hasLocalImage } from "../../../adapters/compose/local-image.ts";
import {
  availableMebibytes,
  diskUse,
  maxMapCount,
  portTrouble,
} from "../../../adapters/compose/machine-limits.ts";
import { readContainers } from "../../../adapters/compose/read-containers.ts";
import type { Environment } from "../../../adapters/run-program.ts";
import type { Config } from "../../../core/config/schema.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { AnswerTarget } from "../../../core/infra/answer-target.ts";
import { mebibytes } from "../../../core/infra/stack-variables.ts";
import { check, type Finding } from "../finding.ts";
import type { ReadStack } from "./read-stacks.ts";

/** What OpenSearch and Elasticsearch ask of a machine before they open a port to others. */
const neededMaps = 262_144;
/** From here on they give records no new place. */
const fullestDisk = 0.85;

interface Machine {
  readonly config: Pick<Config, "infra" | "image">;
  /** The project's folder. */
  readonly root: string;
  readonly env: Environment;
}

/**
 * Looks whether this machine can run the stacks.
 *
 * @returns the program that starts them, and warnings
 * @throws {MltError} external: with all that is missing, and how to get each
 */
export async function checkMachine(
  { config, root, env }: Machine,
  stacks: readonly ReadStack[],
): Promise<{ readonly program: ComposeProgram; readonly warnings: readonly string[] }> {
  let program: ComposeProgram | undefined;
  const compose = await check("docker compose", async () => {
    program = await findCompose(env);
    return program.version;
  });
  const engine = await check("engine", () => reachEngine(env));
  const ports = engine.state === "ok" ? await checkPorts(config, stacks, env) : [];
  const runtime = engine.state === "ok" ? await checkRuntime(config, stacks, env) : [];
  const search = stacks.some(({ name }) => name === "efk") ? await checkSearch(config, root) : [];
  const findings = [compose, engine, ...ports, ...runtime, ...search];
  const problems = findings.filter(({ state }) => state === "problem");
  if (problems.length > 0 || program === undefined) throw notReady(problems);
  const warnings = findings.filter(({ state }) => state === "warning");
  return { program, warnings: warnings.map(({ detail, hint }) => [detail, hint].join(": ")) };
}

function notReady(problems: readonly Finding[]): MltError {
  const lines = problems.flatMap(({ detail, hint = "" }) => [`  ${detail}`, `    ${hint}`]);
  return new MltError(["This machine is not ready", ...lines].join("\n"), {
    hint: "Mend that, and run it again.",
    exitCode: ExitCode.external,
  });
}

/** Ports that another program has, or that two services want; what a stack itself holds is no problem. */
async function checkPorts(
  { infra }: Pick<Config, "infra">,
  stacks: readonly ReadStack[],
  env: Environment,
): Promise<readonly Finding[]> {
  // On another machine the ports are not ours to see.
  if (/^(tcp|ssh):/.test(env["DOCKER_HOST"] ?? "")) return [];
  const targets = stacks.flatMap((stack) => stack.targets);
  const twice = targets.flatMap((target, index) => {
    const other = targets.slice(0, index).find(({ port }) => port === target.port);
    return other === undefined
      ? []
      : [portProblem(`${target.name} and ${other.name} both have the port ${target.port}`)];
  });
  const running = await Promise.all(
    stacks.map(async ({ composeProject, targets }) => {
      const containers = await readContainers(composeProject, env);
      const held = containers.filter(({ state }) => state === "running").map(({ service }) => service);
      return targets.filter(({ service }) => !held.includes(service));
    }),
  );
  const taken = await Promise.all(running.flat().map((target) => checkPort(target, infra.bind)));
  return [...twice, ...taken.flat()];
}

async function checkPort({ name, port }: AnswerTarget, bind: string): Promise<readonly Finding[]> {
  const code = await portTrouble(bind, port);
  if (code === undefined) return [];
  const reason = code === "EADDRINUSE" ? "another program has it" : `the system says ${code}`;
  return [portProblem(`${name} cannot have the port ${port} of ${bind}: ${reason}`)];
}

/** What the agent of Jenkins is built on: without a registry it is nowhere but here. */
async function checkRuntime(
  { image }: Pick<Config, "image">,
  stacks: readonly ReadStack[],
  env: Environment,
): Promise<readonly Finding[]> {
  const jenkins = stacks.find(({ name, profiles }) => name === "jenkins" && profiles.includes("docker"));
  const reference = jenkins?.variables["MLT_JENKINS_RUNTIME"];
  if (reference === undefined || image.registry !== undefined) return [];
  if (await hasLocalImage(reference, env)) return [];
  const detail = `There is no image ${reference}, which the agent of Jenkins is made of`;
  const hint = "Make it with mlt build-image runtime --engine docker.";
  return [{ state: "problem", subject: "image", detail, hint }];
}

function portProblem(detail: string): Finding {
  const hint = "End that program, or choose another port in the section infra of config.yaml.";
  return { state: "problem", subject: "port", detail, hint };
}

async function checkSearch({ infra }: Pick<Config, "infra">, root: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const maps = await maxMapCount();
  if (maps !== undefined && maps < neededMaps) {
    findings.push({
      state: "problem",
      subject: "memory areas",
      detail: `vm.max_map_count is ${maps}, and ${infra.efk.search} needs ${neededMaps}`,
      hint: `Run sudo sysctl -w vm.max_map_count=${neededMaps}, and put it in /etc/sysctl.d for the next boot.`,
    });
  }
  const [free, needed] = [await availableMebibytes(), mebibytes(infra.efk.memory) + 1_024];
  if (free !== undefined && free < needed) {
    const detail = `${free} MiB of memory are free, and the stack efk takes ${needed}`;
    findings.push({ state: "warning", subject: "memory", detail, hint: "set infra.efk.memory to less" });
  }
  const use = (await diskUse("/var/lib/docker")) ?? (await diskUse(dirname(root)));
  if (use !== undefined && use > fullestDisk) {
    const detail = `The disk is ${Math.floor(use * 100)} % full, and ${infra.efk.search} makes no index on one that is`;
    findings.push({ state: "warning", subject: "disk", detail, hint: "make room" });
  }
  return findings;
}
