import type { ProjectRelease } from "./project-release.ts";
import type { RolledBack } from "./roll-back.ts";

/** What runs after a rollback, for people. */
export function rollbackText({ cluster, release }: ProjectRelease, done: RolledBack): string {
  const { revision, target, content } = done;
  const rows = [
    [
      "release",
      `${release} in the namespace ${cluster.namespace}, revision ${revision}, as revision ${target} was`,
    ],
    ...(content === undefined
      ? []
      : [
          ["model", `${content.model.name} ${content.model.version}, ${content.model.id}`],
          ["image", content.image],
        ]),
  ];
  return rows.map(([title = "", text = ""]) => `${title.padEnd(12)}${text}`).join("\n");
}

/** The same for programs. */
export function rollbackJson({ cluster, release }: ProjectRelease, done: RolledBack): object {
  const { revision, target, content, pods } = done;
  return {
    ...{ release, namespace: cluster.namespace, revision, rolled_back_to: target },
    ...{ image: content?.image ?? null, model: content?.model ?? null },
    pods: pods.map(({ name }) => name),
  };
}
