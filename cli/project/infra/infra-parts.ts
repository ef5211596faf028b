import { ExitCode, MltError } from "../../../core/errors.ts";
import { type StackName, stackNames } from "../../../core/infra/stack-variables.ts";
import { nearest } from "../../../core/nearest.ts";

/** What `mlt infra` sets up, in the order in which it is done. */
export const infraParts = ["microk8s", ...stackNames] as const;
export type InfraPart = (typeof infraParts)[number];

/** The parts that words name, in their order; all of them for `all` and for no word. @throws {MltError} usage */
export function readParts(words: readonly string[]): readonly InfraPart[] {
  const known: readonly string[] = [...infraParts, "all"];
  for (const word of words) {
    if (known.includes(word)) continue;
    const guess = nearest(word, known);
    throw new MltError(`There is no part "${word}"${guess === undefined ? "" : `; did you mean ${guess}?`}`, {
      hint: `Choose of ${known.join(", ")}.`,
      exitCode: ExitCode.usage,
    });
  }
  if (words.length === 0 || words.includes("all")) return infraParts;
  return infraParts.filter((part) => words.includes(part));
}

/** Where the parts are. */
export type InfraPlace = "host" | "local";

/** `--on`; without it, hosts where config.yaml names any. @throws {MltError} usage */
export function readPlace(
  text: string | undefined,
  { inventory, hosts }: { readonly inventory?: string; readonly hosts: readonly string[] },
): InfraPlace {
  if (text === undefined) return inventory !== undefined || hosts.length > 0 ? "host" : "local";
  if (text === "host" || text === "local") return text;
  throw new MltError(`Cannot set things up on "${text}"`, {
    hint: "Choose --on host or --on local.",
    exitCode: ExitCode.usage,
  });
}

/**
 * The parts that are stacks of containers, which is all that this machine can have.
 *
 * @param words  as they were typed: only who asks for MicroK8s by name is refused
 * @throws {MltError} usage
 */
export function localStacks(words: readonly string[], parts: readonly InfraPart[]): readonly StackName[] {
  if (words.includes("microk8s")) {
    throw new MltError("MicroK8s is set up on hosts only", {
      hint: "Name this machine in infra.hosts, such as localhost, and run it with --on host.",
      exitCode: ExitCode.usage,
    });
  }
  return stackNames.filter((name) => parts.includes(name));
}
