import type { StackName } from "../../../core/infra/stack-variables.ts";
import { openProject, type Project } from "../open-project.ts";
import { localStacks, readParts, readPlace } from "./infra-parts.ts";

interface InfraArguments {
  readonly _: readonly string[];
  readonly on?: string | undefined;
  readonly dir: string;
}

/** The project, and the stacks that the arguments name on this machine. @throws {MltError} usage */
export async function openLocal(
  args: InfraArguments,
): Promise<{ readonly project: Project; readonly names: readonly StackName[] }> {
  const parts = readParts(args._);
  const project = await openProject(args.dir);
  readPlace(args.on, project.config.infra);
  return { project, names: localStacks(args._, parts) };
}
