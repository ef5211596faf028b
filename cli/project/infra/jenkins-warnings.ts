import type { Config } from "../../../core/config/schema.ts";
import { checkJenkins } from "../../../core/infra/check-jenkins.ts";
import type { ReadStack } from "./read-stacks.ts";

/** What `checkJenkins` says where Jenkins is among the stacks, and as mlt has it. @throws {MltError} as it does */
export function jenkinsWarnings(
  config: Pick<Config, "infra" | "image">,
  stacks: readonly ReadStack[],
  place: "local" | "host",
): readonly string[] {
  return stacks.some(({ name, files }) => name === "jenkins" && !files.isOwn)
    ? checkJenkins(config, place)
    : [];
}
