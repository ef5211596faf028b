import { join } from "node:path";

/** Where `mlt infra` keeps what it makes, in the project's folder. */
export interface InfraFolder {
  readonly root: string;
  /** The secrets as variables: `MONGODB_PASSWORD=…`, and those settings of the service that are secret. */
  readonly secretsFile: string;
  /** The same as files for the containers, one each. */
  readonly secretsDir: string;
  /** Copies of mlt's own stacks, and what is added to each. */
  readonly stacksDir: string;
}

/** The paths; nothing is made. */
export function infraFolder(projectDir: string): InfraFolder {
  const root = join(projectDir, ".mlt", "infra");
  return {
    root,
    secretsFile: join(root, "secrets.env"),
    secretsDir: join(root, "secrets"),
    stacksDir: join(root, "stacks"),
  };
}
