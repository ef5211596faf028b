import { reachEngine } from "../../../adapters/compose/compose-program.ts";
import { readContainers } from "../../../adapters/compose/read-containers.ts";
import type { StackName } from "../../../core/infra/stack-variables.ts";
import type { Project } from "../open-project.ts";
import { infraFolder } from "./infra-folder.ts";
import { type ReadStack, readStacks } from "./read-stacks.ts";
import { type ServiceState, serviceState } from "./service-state.ts";
import { findSecrets, type StackSecrets } from "./stack-secrets.ts";

/** How stacks of this machine are. */
export interface LocalStatus {
  readonly stacks: readonly { readonly stack: ReadStack; readonly states: readonly ServiceState[] }[];
  readonly secrets: StackSecrets;
}

/** Looks at the containers of the stacks, and asks their services. */
export async function statusLocal(project: Project, names: readonly StackName[]): Promise<LocalStatus> {
  const env = process.env;
  const read = await readStacks(project, names);
  const secrets = await findSecrets(infraFolder(project.root), read, { certificates: "kept" });
  await reachEngine(env);
  const stacks = await Promise.all(
    read.map(async (stack) => {
      const containers = await readContainers(stack.composeProject, env);
      const asked = { containers, targets: stack.targets, secrets: secrets.texts };
      return { stack, states: await Promise.all(stack.services.map((each) => serviceState(each, asked))) };
    }),
  );
  return { stacks, secrets };
}
