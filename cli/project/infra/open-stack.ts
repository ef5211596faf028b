import { join } from "node:path";
import { type Compose, openCompose } from "../../../adapters/compose/compose.ts";
import type { ComposeProgram } from "../../../adapters/compose/compose-program.ts";
import { writeLabels, writeStack } from "../../../adapters/compose/stack-files.ts";
import type { Environment } from "../../../adapters/run-program.ts";
import type { InfraFolder } from "./infra-folder.ts";
import { type ReadStack, secretNamesOf } from "./read-stacks.ts";

interface OpenStackOptions {
  readonly program: ComposeProgram;
  readonly folder: InfraFolder;
  readonly env: Environment;
  /** By the name of their file; none where nothing is started. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where the files are written; absent: where they belong. A dry run has another place. */
  readonly writeTo?: string;
}

/** Writes what Compose reads of a stack, and opens it. */
export async function openStack(stack: ReadStack, options: OpenStackOptions): Promise<Compose> {
  const { program, folder, env, secrets, writeTo } = options;
  const dir = writeTo ?? folder.stacksDir;
  const written = stack.files.isOwn ? stack.folder : join(dir, stack.name);
  if (!stack.files.isOwn) await writeStack(stack.files, written);
  const own = secretNamesOf(stack).map((name) => [name, secrets[name] ?? ""]);
  const labels = await writeLabels(stack, Object.fromEntries(own), dir);
  return openCompose(
    program,
    {
      project: stack.composeProject,
      folder: stack.folder,
      files: [join(written, "compose.yaml"), labels],
      profiles: stack.profiles,
      allProfiles: stack.allProfiles,
      variables: { ...stack.variables, MLT_SECRETS_DIR: folder.secretsDir },
      builds: stack.builds,
    },
    env,
  );
}
