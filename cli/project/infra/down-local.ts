import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCompose, reachEngine } from "../../../adapters/compose/compose-program.ts";
import { withTemporaryFolder } from "../../../adapters/temporary-folder.ts";
import type { StackName } from "../../../core/infra/stack-variables.ts";
import type { Project } from "../open-project.ts";
import { infraFolder } from "./infra-folder.ts";
import { openStack } from "./open-stack.ts";
import { readStacks } from "./read-stacks.ts";

/** A stack that was taken down. */
export interface DownStack {
  readonly name: StackName;
  /** The services that were there. */
  readonly removed: readonly string[];
  /** The volumes that went, with the data in them. */
  readonly volumes: readonly string[];
}

interface DownOptions {
  /** Whether the data go too. */
  readonly volumes: boolean;
  readonly isDryRun: boolean;
}

/** Takes the stacks down, the last first; all of them are read before the first goes. */
export async function downLocal(
  project: Project,
  names: readonly StackName[],
  { volumes, isDryRun }: DownOptions,
): Promise<readonly DownStack[]> {
  const env = process.env;
  const read = await readStacks(project, names);
  await reachEngine(env);
  const program = await findCompose(env);
  // Not where they belong: containers that run have those files mounted.
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-infra-"), mode: 0o700 }, async (writeTo) => {
    const folder = infraFolder(project.root);
    const done: DownStack[] = [];
    for (const stack of read.toReversed()) {
      const compose = await openStack(stack, { program, folder, env, writeTo, secrets: {} });
      const before = await compose.containers();
      const data = volumes ? await compose.volumes() : [];
      // Without containers there may be data all the same.
      if (!isDryRun && before.length + data.length > 0) await compose.down({ volumes });
      done.push({ name: stack.name, removed: before.map(({ service }) => service), volumes: data });
    }
    return done;
  });
}
