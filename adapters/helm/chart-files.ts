import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { listAssets, readAsset } from "../assets.ts";
import { unpackAssets } from "../unpack-assets.ts";

/** Where a project has a chart of its own. */
const chartFolder = "chart";

/** What Helm installs. */
export interface Chart {
  /** A folder, as Helm takes it. */
  readonly folder: string;
  /** Whether it is the project's own. */
  readonly isOwn: boolean;
}

/** The project's chart, else mlt's, unpacked to the cache. @throws {MltError} external: when it cannot be read or unpacked */
export async function findChart(projectDir: string): Promise<Chart> {
  const own = join(projectDir, chartFolder);
  if (await hasChart(own)) return { folder: own, isOwn: true };
  return { folder: join(await unpackAssets("chart", ownChart()), chartFolder), isOwn: false };
}

/** Mlt's own, by their path in a project. */
export function ownChart(): Map<string, Uint8Array> {
  const assets = listAssets("ops/chart");
  return new Map(assets.map((asset) => [asset.slice("ops/".length), readAsset(asset)]));
}

/** By the file that Helm knows a chart by: a folder of that name may be anything. */
async function hasChart(folder: string): Promise<boolean> {
  const path = join(folder, "Chart.yaml");
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw new MltError(`Cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "Check its permissions.",
      exitCode: ExitCode.external,
      cause,
    });
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}
