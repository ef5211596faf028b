import { resolve } from "node:path";
import { restHint } from "../../arguments.ts";

/** The parts that a verb of `mlt infra` is for, and where they are. */
export const infraArguments = {
  parts: {
    type: "positional",
    required: false,
    valueHint: restHint,
    description: "microk8s, mongodb, efk, jenkins or all (default: all)",
  },
  on: {
    type: "string",
    valueHint: "place",
    description:
      "local: in containers of this machine; host: on the hosts of config.yaml (default: host if it names any)",
  },
  timeout: {
    type: "string",
    default: "10m",
    valueHint: "time",
    description: "How long each part may take, such as 90s or 10m",
  },
} as const;

/** How a verb changes something. */
export const changeFlags = {
  "dry-run": {
    type: "boolean",
    default: false,
    description: "Check everything, show what would change, and change nothing",
  },
  yes: { type: "boolean", default: false, description: "Change hosts without asking first" },
} as const;

/** What is handed on to Ansible. */
export const loginFlags = {
  "ask-become-pass": {
    type: "boolean",
    default: false,
    description: "Have Ansible ask for the password by which it becomes root on hosts",
  },
  "ask-vault-pass": {
    type: "boolean",
    default: false,
    description: "Have Ansible ask for the vault's password",
  },
  "vault-password-file": {
    type: "string",
    valueHint: "file",
    description: "File with the password of the vault .mlt/infra/vault.yml",
  },
} as const;

interface LoginArguments {
  readonly "ask-become-pass": boolean;
  readonly "ask-vault-pass": boolean;
  readonly "vault-password-file"?: string | undefined;
}

/** These flags as Ansible is given them. */
export function loginOf(args: LoginArguments) {
  const file = args["vault-password-file"];
  return {
    askBecomePass: args["ask-become-pass"],
    askVaultPass: args["ask-vault-pass"],
    vaultPasswordFile: file === undefined ? undefined : resolve(file),
  };
}
