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
import { stackNames } from "../../../core/infra/stack-variables.ts";
import type { Project } from "../open-project.ts";
import { type InfraFolder, infraFolder } from "./infra-folder.ts";
import type { InfraPart } from "./infra-parts.ts";
import { jenkinsWarnings } from "./jenkins-warnings.ts";
import { type ReadStack, readStacks, secretNamesOf } from "./read-stacks.ts";
import { findSecrets, keepSecrets, type StackSecrets } from "./stack-secrets.ts";

/** What is done on the hosts. */
export interface HostRequest extends Pick<PlaybookRequest, "playbook" | "timeoutMs" | "onTask"> {
  readonly parts: readonly InfraPart[];
  readonly login: PlaybookLogin;
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
  /** Where the Kubernetes of the hosts is told, for kubectl; absent where MicroK8s was not among the parts. */
  readonly kubeconfig?: string;
}

/**
 * Does it on the hosts of config.yaml, by Ansible.
 *
 * @throws {MltError} input: where no host is named; external: as `runPlaybook` does
 */
export async function onHosts(project: Project, request: HostRequest): Promise<HostRun> {
  const { root, config } = project;
  const { inventory, hosts } = config.infra;
  if (inventory === undefined && hosts.length === 0) {
    throw new MltError("config.yaml names no host", {
      hint: "List them in infra.hosts, such as [admin@10.0.0.5], or name an inventory of Ansible in infra.inventory.",
      exitCode: ExitCode.input,
    });
  }
  const folder = infraFolder(root);
  const stacks = await readStacks(
    project,
    stackNames.filter((name) => request.parts.includes(name)),
  );
  const warnings = request.playbook === "up" ? jenkinsWarnings(config, stacks, "host") : [];
  const secrets = await findSecrets(folder, stacks, {
    certificates: request.playbook === "up" ? "wanted" : "kept",
  });
  const run = async (workFolder: string): Promise<HostRun> => {
    const kubeconfig = join(folder.root, "kubeconfig");
    const vault = join(folder.root, "vault.yml");
    const ran = await runPlaybook({
      ...request,
      ...{ projectDir: root, workFolder, hosts },
      inventory: inventory === undefined ? undefined : resolve(root, inventory),
      variables: {
        stacks: await hostStacks(stacks, secrets, join(workFolder, "stacks")),
        ...{ microk8s: config.infra.microk8s, kubeconfig, removeVolumes: request.removeVolumes },
        waitSeconds: Math.ceil(request.timeoutMs / 1_000),
      },
      vault: (await isFile(vault)) ? vault : undefined,
      // All parts together: each may take its time.
      timeoutMs: request.timeoutMs * (request.parts.length + 1),
      env: process.env,
    });
    return {
      ...{ ...ran, folder, secrets, warnings },
      targets: stacks.flatMap(({ targets }) => targets),
      ...(request.parts.includes("microk8s") ? { kubeconfig } : {}),
    };
  };
  if (request.check || request.playbook !== "up") {
    return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-infra-"), mode: 0o700 }, run);
  }
  await keepSecrets(folder, stacks, secrets);
  await keepSample(folder, stacks, secrets);
  return await run(folder.root);
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
