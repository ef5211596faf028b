import { chmod, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type PlaybookLogin,
  type PlaybookRequest,
  type PlaybookRun,
  runPlaybook,
} from "../../../adapters/ansible/playbook.ts";
import type { TaskResult } from "../../../adapters/ansible/task-line.ts";
import { type HostStack, sampleVault } from "../../../adapters/ansible/variables-file.ts";
import { isFile, writeStack } from "../../../adapters/compose/stack-files.ts";
import { withTemporaryFolder } from "../../../adapters/temporary-folder.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { AnswerTarget } from "../../../core/infra/answer-target.ts";
import { mainHost } from "../../../core/infra/main-host.ts";
import { openPortWarnings } from "../../../core/infra/open-ports.ts";
import { stackNames } from "../../../core/infra/stack-variables.ts";
import type { Project } from "../open-project.ts";
import { type InfraFolder, infraFolder } from "./infra-folder.ts";
import type { InfraPart } from "./infra-parts.ts";
import { jenkinsWarnings } from "./jenkins-warnings.ts";
import { type ReadStack, readStacks, secretNamesOf } from "./read-stacks.ts";
import { findSecrets, isAllNew, keepSecrets, type StackSecrets } from "./stack-secrets.ts";

/** What is done on the hosts. */
export interface HostRequest extends Pick<PlaybookRequest, "playbook" | "timeoutMs" | "onTask"> {
  readonly parts: readonly InfraPart[];
  readonly login: PlaybookLogin;
  /** Looks first whether data of before are there where all secrets are new. */
  readonly looksFirst: boolean;
  /** Changes nothing, here or there. */
  readonly check: boolean;
  readonly removeVolumes: boolean;
}

/** What came of it. */
export interface HostRun extends PlaybookRun {
  readonly folder: InfraFolder;
  readonly secrets: StackSecrets;
  readonly warnings: readonly string[];
  readonly targets: readonly AnswerTarget[];
  /** The vault with the secrets, in place of the file of secrets; absent where there is none. */
  readonly vault?: string;
  /** Where the Kubernetes of the hosts is told, for kubectl; absent where MicroK8s was not among the parts. */
  readonly kubeconfig?: string;
}

/**
 * Does it on the hosts of config.yaml, by Ansible.
 *
 * @throws {MltError} input: where no host is named; external: as `runPlaybook` does
 */
export async function onHosts(project: Project, request: HostRequest): Promise<HostRun> {
  checkHosts(project.config);
  const isUp = request.playbook === "up";
  const hosts = await openHosts(project, request);
  const { folder, stacks, secrets, vault } = hosts;
  const targets = stacks.flatMap((stack) => stack.targets);
  const warnings = isUp
    ? [
        ...jenkinsWarnings(project.config, stacks, "host"),
        ...openPortWarnings(project.config.infra.bind, targets),
      ]
    : [];
  if (isUp && request.looksFirst && vault === undefined) await lookFirst(hosts);
  const run = async (workFolder: string): Promise<HostRun> => ({
    ...{ ...(await hosts.play(workFolder)), folder, secrets, warnings },
    targets,
    ...(vault === undefined ? {} : { vault }),
    ...(request.parts.includes("microk8s") ? { kubeconfig: hosts.kubeconfig } : {}),
  });
  if (request.check || !isUp) return await withTemporaryFolder(temporary, run);
  if (vault === undefined) {
    await keepSecrets(folder, stacks, secrets);
    await keepSample(folder, stacks, secrets);
  }
  return await run(folder.root);
}

const temporary = { prefix: join(tmpdir(), "mlt-infra-"), mode: 0o700 };

function checkHosts({ infra: { inventory, hosts } }: Project["config"]): void {
  if (inventory !== undefined || hosts.length > 0) return;
  throw new MltError("config.yaml names no host", {
    hint: "List them in infra.hosts, such as [admin@10.0.0.5], or name an inventory of Ansible in infra.inventory.",
    exitCode: ExitCode.input,
  });
}

async function openHosts(project: Project, request: HostRequest) {
  const { root, config } = project;
  const { inventory, hosts, microk8s } = config.infra;
  const folder = infraFolder(root);
  const names = stackNames.filter((name) => request.parts.includes(name));
  const stacks = await readStacks(project, names, mainHost(config.infra));
  const certificates = request.playbook === "up" ? "wanted" : "kept";
  const secrets = await findSecrets(folder, stacks, { certificates });
  const [kubeconfig, vaultPath] = [join(folder.root, "kubeconfig"), join(folder.root, "vault.yml")];
  const vault = (await isFile(vaultPath)) ? vaultPath : undefined;
  const play = async (workFolder: string, changes: Partial<PlaybookRequest> = {}) =>
    await runPlaybook({
      ...{ ...request, ...changes },
      ...{ projectDir: root, workFolder, hosts, vault, env: process.env },
      inventory: inventory === undefined ? undefined : resolve(root, inventory),
      variables: {
        stacks: await hostStacks(stacks, secrets, join(workFolder, "stacks")),
        ...{ microk8s, kubeconfig, removeVolumes: request.removeVolumes },
        waitSeconds: Math.ceil(request.timeoutMs / 1_000),
      },
      // All parts together: each may take its time.
      timeoutMs: request.timeoutMs * (request.parts.length + 1),
    });
  return { folder, stacks, secrets, kubeconfig, vault, play };
}

/** Where all secrets of a stack are new, its data on the hosts, if any, would open with others. @throws {MltError} input */
async function lookFirst({ folder, stacks, secrets, play }: Awaited<ReturnType<typeof openHosts>>) {
  const parts = stacks.filter((stack) => isAllNew(stack, secrets)).map(({ name }) => name);
  if (parts.length === 0) return;
  const results: TaskResult[] = [];
  const onTask = (result: TaskResult) => results.push(result);
  await withTemporaryFolder(temporary, (dir) =>
    play(dir, { playbook: "status", parts, check: false, onTask }),
  );
  for (const result of results) checkSecretsOf(result, folder);
}

/** What the playbook `status` says of secrets that are on a host. @throws {MltError} input */
function checkSecretsOf({ host, task, state, message = "" }: TaskResult, { secretsFile }: InfraFolder): void {
  const stack = /(?:^| : )Secrets of (.+)$/.exec(task)?.[1];
  if (stack === undefined || state !== "ok") return;
  throw new MltError(`Host "${host}" has secrets of ${stack}, and "${secretsFile}" has none of them`, {
    hint: `Put that file back, or take the texts from ${message} there; mlt infra down ${stack} --volumes removes them with the data.`,
  });
}

async function hostStacks(
  stacks: readonly ReadStack[],
  { texts }: StackSecrets,
  dir: string,
): Promise<Readonly<Record<string, HostStack>>> {
  const entries = stacks.map(async (stack): Promise<readonly [string, HostStack]> => {
    const written = stack.files.isOwn ? stack.folder : join(dir, stack.name);
    if (!stack.files.isOwn) await writeStack(stack.files, written);
    const { profiles, variables } = stack;
    return [stack.name, { folder: written, profiles, variables, secrets: secretsOf(stack, texts) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function secretsOf(stack: ReadStack, texts: StackSecrets["texts"]) {
  return Object.fromEntries(secretNamesOf(stack).map((name) => [name, texts[name] ?? ""]));
}

/** What a vault would hold, for whoever wants one: `mlt infra` takes `vault.yml` beside it in place of the secrets here. */
async function keepSample(
  { root }: InfraFolder,
  stacks: readonly ReadStack[],
  { texts }: StackSecrets,
): Promise<void> {
  const path = join(root, "vault.sample.yml");
  const secrets = Object.fromEntries(stacks.map((stack) => [stack.name, secretsOf(stack, texts)]));
  await mkdir(root, { recursive: true, mode: 0o700 });
  await writeFile(path, sampleVault(secrets), { mode: 0o600 });
  await chmod(path, 0o600);
}

/** A line for people of how a task went; `undefined` for one that did nothing. */
export function taskText({ host, task, state, message }: TaskResult): string | undefined {
  if (state === "skipped") return undefined;
  const said = state === "failed" || state === "unreachable" ? `: ${message ?? ""}` : "";
  return `${host.padEnd(16)} ${state.padEnd(11)} ${task}${said}`;
}
