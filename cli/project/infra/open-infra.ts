import type { StackName } from "../../../core/infra/stack-variables.ts";
import { openProject, type Project } from "../open-project.ts";
import { type InfraPart, localStacks, readParts, readPlace } from "./infra-parts.ts";

interface InfraArguments {
  readonly _: readonly string[];
  readonly on?: string | undefined;
  readonly dir: string;
}

/** What the arguments of a verb of `mlt infra` mean. */
export type OpenInfra =
  | { readonly place: "host"; readonly project: Project; readonly parts: readonly InfraPart[] }
  | { readonly place: "local"; readonly project: Project; readonly names: readonly StackName[] };

/** Opens the project, and finds what is meant and where. @throws {MltError} usage; or as `openProject` does */
export async function openInfra(args: InfraArguments): Promise<OpenInfra> {
  const parts = readParts(args._);
  const project = await openProject(args.dir);
  if (readPlace(args.on, project.config.infra) === "host") return { place: "host", project, parts };
  return { place: "local", project, names: localStacks(args._, parts) };
}
