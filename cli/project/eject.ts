import { ownPlaybooks } from "../../adapters/ansible/ansible-files.ts";
import { ownStacks } from "../../adapters/compose/stack-files.ts";
import { ownDockerfiles } from "../../adapters/docker/dockerfiles.ts";
import { ownChart } from "../../adapters/helm/chart-files.ts";
import { type WrittenTemplate, writeTemplate } from "../../adapters/template-files.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { readProject } from "./open-project.ts";

export interface Ejected extends WrittenTemplate {
  /** The project's folder. */
  readonly dir: string;
  /** What is different from now on. */
  readonly now: string;
}

interface Ejectable {
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  readonly subject: string;
  readonly now: string;
}

const ejectables: ReadonlyMap<string, Ejectable> = new Map([
  [
    "dockerfiles",
    {
      files: ownDockerfiles,
      subject: "the Dockerfiles",
      now: "mlt build-image --engine docker now builds by dockerfiles/; remove one to build by mlt's own again.",
    },
  ],
  [
    "chart",
    {
      files: ownChart,
      subject: "the chart",
      now: "mlt deploy now installs chart/; remove it to install mlt's own again.",
    },
  ],
  [
    "ansible",
    {
      files: ownPlaybooks,
      subject: "the playbooks",
      now: "mlt infra now sets hosts up by ansible/; remove it to use mlt's own again.",
    },
  ],
  [
    "stacks",
    {
      files: ownStacks,
      subject: "the stacks",
      now: "mlt infra now starts what is in stacks/; remove a folder of it to start mlt's own again.",
    },
  ],
]);

/**
 * Copies a part of mlt into the project; all of its files, or none.
 *
 * @throws {MltError} usage: where there is no such part; input: where files differ and `force` is off
 */
export async function eject(
  projectDir: string,
  what: string,
  { force }: { readonly force: boolean },
): Promise<Ejected> {
  const found = ejectables.get(what);
  if (found === undefined) {
    throw new MltError(`There is nothing to eject named "${what}"`, {
      hint: `Choose of ${[...ejectables.keys()].join(", ")}.`,
      exitCode: ExitCode.usage,
    });
  }
  const { root: dir } = await readProject(projectDir, { flags: {}, environment: { ...process.env } });
  const { subject, now } = found;
  return { dir, now, ...(await writeTemplate(dir, found.files(), { force, subject })) };
}
