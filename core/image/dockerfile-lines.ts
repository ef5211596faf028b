import type { ImagePlan } from "./image-plan.ts";

/** Where a build's context has the folders of a plan; the program, the config and the model are beside it. */
export const contextFolders = "folders";

/**
 * What a plan says of its image as lines of a Dockerfile: they stand behind mlt's own, and have the last word.
 * Labels are no part of it: they would end the cache of every later step.
 *
 * @param before  the Dockerfile that they follow; what that copies is not copied again
 */
export function dockerfileLines({ layers, runtime }: ImagePlan, before: string): string {
  const env = Object.entries(runtime.env).map(([name, value]) => `ENV ${name}=${quoted(value)}`);
  const folders = layers.flatMap((layer) => layer.folders ?? []);
  const copies = folders.map(
    ({ path, uid, gid }) => `COPY --chown=${uid}:${gid} ${contextFolders}/${path}/ /${path}/`,
  );
  const lines = [
    ...copies.filter((copy) => !before.split("\n").includes(copy)),
    ...env,
    `WORKDIR ${runtime.workingDir}`,
    `USER ${runtime.user}`,
    ...(runtime.port === undefined ? [] : [`EXPOSE ${runtime.port}`]),
    runtime.healthcheck.length === 0
      ? "HEALTHCHECK NONE"
      : `HEALTHCHECK CMD ${JSON.stringify(runtime.healthcheck)}`,
    `ENTRYPOINT ${JSON.stringify(runtime.entrypoint)}`,
    `CMD ${JSON.stringify(runtime.cmd)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** @throws {RangeError} for a value of several lines, which a Dockerfile cannot hold */
function quoted(value: string): string {
  if (/[\r\n]/.test(value)) throw new RangeError("A variable of an image has more than one line");
  return `"${value.replace(/[\\"$]/g, "\\$&")}"`;
}
