import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { listAssets, readAsset } from "../assets.ts";
import { unpackOnce } from "../unpack-once.ts";

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
  return { folder: await unpackChart(), isOwn: false };
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

async function unpackChart(): Promise<string> {
  const files = ownChart();
  const hash = createHash("sha256");
  for (const [path, bytes] of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  const key = `chart-${hash.digest("hex").slice(0, 16)}`;
  const folder = await unpackOnce({
    key,
    isComplete: async (dir) => {
      const same = await Promise.all(Array.from(files, ([path, bytes]) => isSame(join(dir, path), bytes)));
      return same.every(Boolean);
    },
    fill: async (dir) => {
      for (const [path, bytes] of files) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), bytes);
      }
    },
  });
  return join(folder, chartFolder);
}

async function isSame(path: string, bytes: Uint8Array): Promise<boolean> {
  return (await readFile(path).catch(() => undefined))?.equals(bytes) ?? false;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}
