import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a stack is made of on a host. */
export interface HostStack {
  /** Its folder on this machine, with compose.yaml. */
  readonly folder: string;
  /** Profiles of compose.yaml that are on. */
  readonly profiles: readonly string[];
  /** Variables of compose.yaml; no secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Texts of secrets by their file. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What the roles are told. */
export interface PlaybookVariables {
  readonly stacks: Readonly<Record<string, HostStack>>;
  readonly microk8s: { readonly channel: string; readonly addons: readonly string[] };
  /** Where the kubeconfig is written to on this machine. */
  readonly kubeconfig: string;
  readonly waitSeconds: number;
  readonly removeVolumes: boolean;
}

/** Writes them to a file in the folder, for nobody else to read; without the secrets where a vault has them. Gives its path. */
export async function writeVariables(
  dir: string,
  variables: PlaybookVariables,
  vault: string | undefined,
): Promise<string> {
  const path = join(dir, "variables.yml");
  await writeFile(path, variablesText(variables, vault === undefined), { mode: 0o600, flag: "wx" });
  return path;
}

/** The variables of the roles as YAML; Ansible takes no text among them for a template. */
function variablesText(variables: PlaybookVariables, withSecrets: boolean): string {
  const stacks = Object.entries(variables.stacks);
  const each = <Part>(part: (stack: HostStack) => Part) =>
    Object.fromEntries(stacks.map(([name, stack]) => [name, part(stack)]));
  const values: Readonly<Record<string, unknown>> = {
    mlt_stack_folders: each(({ folder }) => folder),
    mlt_stack_profiles: each(({ profiles }) => profiles),
    mlt_stack_variables: each((stack) => stack.variables),
    ...(withSecrets && { mlt_secrets: each(({ secrets }) => secrets) }),
    mlt_wait_seconds: variables.waitSeconds,
    mlt_remove_volumes: variables.removeVolumes,
    microk8s_channel: variables.microk8s.channel,
    microk8s_addons: variables.microk8s.addons,
    microk8s_kubeconfig: variables.kubeconfig,
  };
  return `---\n${Object.entries(values)
    .map(([name, value]) => `${name}: ${yaml(value)}\n`)
    .join("")}`;
}

/** A vault to begin with: what the stacks need, with texts that were made for it. It is to be encrypted before it is used. */
export function sampleVault(secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return `---\n# Encrypt it before you use it: ansible-vault encrypt --output vault.yml vault.sample.yml\nmlt_secrets: ${yaml(secrets)}\n`;
}

/** JSON in which each text is marked as no template. */
function yaml(value: unknown): string {
  if (typeof value === "string") return `!unsafe ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return `[${value.map(yaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${yaml(each)}`);
  return `{${entries.join(", ")}}`;
}
