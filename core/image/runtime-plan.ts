import type { ImageFile, ImagePlan, ImagePlatform } from "./image-plan.ts";

/** What the stages of a pipeline call, beside git, which the base has. */
export const pipelineTools = ["docker", "helm", "kubectl"] as const;

export interface RuntimeParts {
  readonly platform: ImagePlatform;
  /** A Debian with git, bash and certificates. */
  readonly base: string;
  /** mlt, and the tools of a pipeline: programs that need nothing but the C library. */
  readonly programs: ReadonlyMap<string, ImageFile["content"]>;
  readonly mltVersion: string;
  /** ISO 8601, UTC. */
  readonly created: string;
}

/** The image that Jenkins runs its stages in: mlt and its tools on a base that has git. */
export function runtimePlan({ platform, base, programs, mltVersion, created }: RuntimeParts): ImagePlan {
  const files = Array.from(programs, ([name, content]) => ({
    path: `usr/local/bin/${name}`,
    mode: 0o755,
    content,
  }));
  return {
    platform,
    base,
    layers: [{ name: "program", files, folders: [{ path: "work", mode: 0o777, uid: 0, gid: 0 }] }],
    runtime: {
      // Jenkins runs its containers as a user of its own; nobody else has to be root.
      user: "65532:65532",
      // That user has no home in the image: what git, helm and docker keep there lies in the workspace.
      env: { HOME: "/work", MLT_CACHE_DIR: "/work/.cache/mlt" },
      workingDir: "/work",
      entrypoint: [],
      cmd: ["/bin/bash"],
      healthcheck: [],
      labels: {
        "io.mlt.version": mltVersion,
        "org.opencontainers.image.title": "mlt-runtime",
        "org.opencontainers.image.description": `mlt, git, ${pipelineTools.join(", ")}: what a pipeline's stages run in`,
        "org.opencontainers.image.version": mltVersion,
        "org.opencontainers.image.created": created,
        ...(base === "scratch" ? {} : { "org.opencontainers.image.base.name": base }),
      },
    },
    created,
  };
}
