import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { listAssets, readAsset } from "../assets.ts";

export const imageKinds = ["production", "runtime"] as const;
export type ImageKind = (typeof imageKinds)[number];

/** Where a project has Dockerfiles of its own: a folder for each kind, with what it copies beside it. */
const dockerfilesFolder = "dockerfiles";

/** What an image is built by. */
export interface Dockerfile {
  readonly text: string;
  /** The project's folder that it is from; absent where it is mlt's. */
  readonly folder?: string | undefined;
}

/** The project's Dockerfile, else mlt's. */
export async function findDockerfile(projectDir: string, kind: ImageKind): Promise<Dockerfile> {
  const folder = join(projectDir, dockerfilesFolder, kind);
  const path = join(folder, "Dockerfile");
  try {
    await stat(path);
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(path, cause);
    return { text: new TextDecoder().decode(readAsset(`ops/dockerfiles/${kind}/Dockerfile`)) };
  }
  try {
    return { text: await readFile(path, "utf8"), folder };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Mlt's own, by their path in a project. */
export function ownDockerfiles(): Map<string, Uint8Array> {
  const assets = listAssets("ops/dockerfiles");
  return new Map(assets.map((asset) => [asset.slice("ops/".length), readAsset(asset)]));
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}

function unreadable(path: string, cause: unknown): MltError {
  return new MltError(`Cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, {
    hint: "Check its permissions.",
    exitCode: ExitCode.external,
    cause,
  });
}
