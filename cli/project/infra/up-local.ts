import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Compose } from "../../../adapters/compose/compose.ts";
import type { ComposeProgram } from "../../../adapters/compose/compose-program.ts";
import { withTemporaryFolder } from "../../../adapters/temporary-folder.ts";
import { MltError } from "../../../core/errors.ts";
import { openPortWarnings } from "../../../core/infra/open-ports.ts";
import type { StackName } from "../../../core/infra/stack-variables.ts";
import type { Project } from "../open-project.ts";
import { checkMachine } from "./check-machine.ts";
import { type InfraFolder, infraFolder } from "./infra-folder.ts";
import { jenkinsWarnings } from "./jenkins-warnings.ts";
import { openStack } from "./open-stack.ts";
import { planStack, type StackChanges } from "./plan-stack.ts";
import { type ReadStack, readStacks } from "./read-stacks.ts";
import type { ServiceState } from "./service-state.ts";
import { findSecrets, isAllNew, keepSecrets, type StackSecrets } from "./stack-secrets.ts";
import { upStack } from "./up-stack.ts";

/** What `mlt infra up` would do on this machine. */
export interface LocalPlan {
  readonly folder: InfraFolder;
  readonly program: ComposeProgram;
  readonly warnings: readonly string[];
  readonly secrets: StackSecrets;
  readonly stacks: readonly { readonly stack: ReadStack; readonly changes: StackChanges }[];
}

/**
 * Checks the machine and finds what would change; nothing is changed.
 *
 * @throws {MltError} with all that is missing
 */
export async function planLocal(project: Project, names: readonly StackName[]): Promise<LocalPlan> {
  const { root, config } = project;
  const env = process.env;
  const folder = infraFolder(root);
  const read = await readStacks(project, names);
  const ofJenkins = jenkinsWarnings(config, read, "local");
  const ofPorts = openPortWarnings(
    config.infra.bind,
    read.flatMap(({ targets }) => targets),
  );
  const { program, warnings } = await checkMachine({ config, root, env }, read);
  const secrets = await findSecrets(folder, read, { certificates: "wanted" });
  const stacks = await withTemporaryFolder(
    { prefix: join(tmpdir(), "mlt-infra-"), mode: 0o700 },
    async (writeTo) => {
      const planned: LocalPlan["stacks"][number][] = [];
      for (const stack of read) {
        const compose = await openStack(stack, { program, folder, env, writeTo, secrets: secrets.texts });
        const changes = await planStack(compose, stack.services);
        if (changes.hasData) checkKept(stack, secrets, folder);
        planned.push({ stack, changes });
      }
      return planned;
    },
  );
  return { folder, program, warnings: [...ofJenkins, ...ofPorts, ...warnings], secrets, stacks };
}

/** Data open with the secrets that they were made with. @throws {MltError} where these are lost */
function checkKept(stack: ReadStack, secrets: StackSecrets, { secretsFile }: InfraFolder): void {
  if (!isAllNew(stack, secrets)) return;
  const { composeProject, name } = stack;
  throw new MltError(`There are data of ${composeProject}, and "${secretsFile}" has no password of theirs`, {
    hint: `Put that file back, or run it in the project that they are of; mlt infra down ${name} --volumes removes them for good.`,
  });
}

/** A stack that has been started. */
export interface LocalStack {
  readonly stack: ReadStack;
  readonly changes: StackChanges;
  readonly states: readonly ServiceState[];
}

/** How stacks are started. */
export interface UpLocalOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Is told of each service once it is ready. */
  readonly onReady: (stack: ReadStack, state: ServiceState, afterMs: number) => void;
}

/** Does what was planned, a stack after the other. @throws {MltError} as `upStack` does; the stacks before it are up */
export async function upLocal(plan: LocalPlan, options: UpLocalOptions): Promise<readonly LocalStack[]> {
  const { folder, program, secrets } = plan;
  await keepSecrets(
    folder,
    plan.stacks.map(({ stack }) => stack),
    secrets,
  );
  const done: LocalStack[] = [];
  for (const { stack, changes } of plan.stacks) {
    const compose: Compose = await openStack(stack, {
      ...{ program, folder, env: process.env, secrets: secrets.texts },
    });
    const onReady = (state: ServiceState, afterMs: number) => options.onReady(stack, state, afterMs);
    const { timeoutMs, signal } = options;
    const states = await upStack({
      ...{ compose, stack, changes, timeoutMs, signal, onReady },
      secrets: secrets.texts,
    });
    done.push({ stack, changes, states });
  }
  return done;
}
