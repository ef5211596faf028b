import { randomBytes } from "node:crypto";
import {
  readKeptSecret,
  readSecrets,
  writeSecretFiles,
  writeSecrets,
} from "../../../adapters/compose/secret-store.ts";
import { loggingSettings } from "../../../core/infra/answer-target.ts";
import { newSecret } from "../../../core/infra/new-secret.ts";
import { variableLine } from "../../../core/infra/variable-line.ts";
import type { InfraFolder } from "./infra-folder.ts";
import type { ReadStack } from "./read-stacks.ts";
import { findCertificate, keptCertificate } from "./stack-certificate.ts";

/** Secrets of stacks, by the name of their file. */
export interface StackSecrets {
  readonly texts: Readonly<Record<string, string>>;
  /** Names of those that there were none of. */
  readonly made: readonly string[];
  /** Names of files that a person is to fill in, and has not. */
  readonly empty: readonly string[];
  /** Names of the files of certificates that were made just now. */
  readonly certificates: readonly string[];
  /** As they stand in the file of variables now, settings of the service among them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Folder of the files of secrets, as config.yaml would name it. */
export const secretsPath = ".mlt/infra/secrets";

/** The variable of a secret's file: `MONGODB_ROOT_PASSWORD`. */
export function secretVariable(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

/**
 * The secrets that the stacks have, and new ones where they have none; nothing is written.
 *
 * @param certificates  `kept`: those that were brought to the services, whatever the configuration says now
 */
export async function findSecrets(
  folder: InfraFolder,
  stacks: readonly ReadStack[],
  { certificates: wanted }: { readonly certificates: "kept" | "wanted" },
): Promise<StackSecrets> {
  const variables = await readSecrets(folder);
  const generated = [...new Set(stacks.flatMap((stack) => stack.generated))];
  const given = [...new Set(stacks.flatMap((stack) => stack.given))];
  const before = Object.fromEntries(
    await Promise.all(
      generated.map(async (name): Promise<readonly [string, string]> => {
        // Where the file of variables was lost, those of the containers have them still.
        return [name, variables[secretVariable(name)] || (await readKeptSecret(folder, name))];
      }),
    ),
  );
  const made = generated.filter((name) => before[name] === "");
  const ofPerson = await Promise.all(
    given.map(async (name) => [name, await readKeptSecret(folder, name)] as const),
  );
  const find = wanted === "kept" ? keptCertificate : findCertificate;
  const certificates = await Promise.all(stacks.map((stack) => find(folder, stack)));
  const texts = {
    ...Object.fromEntries(generated.map((name) => [name, before[name] || newSecret(randomBytes)])),
    ...Object.fromEntries(ofPerson),
    ...Object.assign({}, ...certificates.map((each) => each.texts)),
  };
  const empty = ofPerson.flatMap(([name, text]) => (text === "" ? [name] : []));
  return {
    ...{ texts, made, empty, variables },
    certificates: certificates.flatMap((each) => each.made ?? []),
  };
}

/** Whether none of a stack's secrets was there before: its data, if it has any, were made with others. */
export function isAllNew({ generated }: ReadStack, { made }: StackSecrets): boolean {
  return generated.length > 0 && generated.every((name) => made.includes(name));
}

/** Keeps them: in the file of variables, with the service's settings, and as files for the containers. */
export async function keepSecrets(
  folder: InfraFolder,
  stacks: readonly ReadStack[],
  { texts, variables }: StackSecrets,
): Promise<void> {
  const generated = stacks.flatMap((stack) => stack.generated);
  const settings = loggingSettings(
    stacks.flatMap(({ targets }) => targets),
    texts,
    secretsPath,
  );
  const all = {
    ...variables,
    ...Object.fromEntries(generated.map((name) => [secretVariable(name), texts[name] ?? ""])),
    ...settings.secret,
  };
  const lines = Object.entries(all).map(([name, value]) => variableLine(name, value));
  await writeSecrets(folder, [
    "# Secrets of mlt infra. Keep them: the data of its services open with no others.",
    ...lines,
  ]);
  await writeSecretFiles(folder, texts);
}
