import type { Config } from "../config/schema.ts";
import { MltError } from "../errors.ts";

/**
 * Looks whether Jenkins could run pipelines as it is configured, on this machine or on a host.
 *
 * @returns warnings
 * @throws {MltError} input: where pods could not reach Jenkins, or an image that stages run in could not be pulled
 */
export function checkJenkins(
  { infra, image }: Pick<Config, "infra" | "image">,
  place: "local" | "host",
): readonly string[] {
  const { agent, url, repository } = infra.jenkins;
  const missing = [
    ...(url === undefined ? ["infra.jenkins.url"] : []),
    ...(image.registry === undefined ? ["image.registry"] : []),
  ];
  if (agent === "kubernetes" && missing.length > 0) {
    throw new MltError(
      `infra.jenkins.agent is "kubernetes", and config.yaml has no ${missing.join(" and no ")}`,
      {
        hint: "Say there where pods reach Jenkins, and which registry they pull the agent's image from.",
      },
    );
  }
  if (agent === "docker" && place === "host" && image.registry === undefined) {
    throw new MltError(
      "The agent of Jenkins is made of an image of mlt, and config.yaml has no image.registry",
      {
        hint: "Name there a registry that the host takes images from, and run mlt build-image runtime --push.",
      },
    );
  }
  return repository === undefined
    ? ["Jenkins will have no pipelines: set infra.jenkins.repository to the project's repository"]
    : [];
}
