import { Type } from "@sinclair/typebox";
import type { Cluster } from "../kubernetes/cluster.ts";
import { printedAs } from "../kubernetes/printed-json.ts";
import type { ReleaseValues } from "./release-values.ts";

/** What Helm is to make. */
export interface ReleaseRequest {
  readonly release: string;
  /** Folder of the chart. */
  readonly chart: string;
  readonly values: ReleaseValues;
  /** Path of further values, which win. */
  readonly valuesFile?: string | undefined;
}

/** What a release would be, with nothing changed yet. */
export interface RenderedRelease {
  /** The number that it would get. */
  readonly revision: number;
  /** Its objects, as YAML. */
  readonly manifest: string;
}

const Rendered = Type.Object({ version: Type.Integer(), manifest: Type.String() });

/**
 * Makes the objects of a release as the cluster would have them, and changes nothing.
 *
 * @throws {MltError} input: when the chart refuses a value; external: when the cluster refuses the release
 */
export async function renderRelease(cluster: Cluster, request: ReleaseRequest): Promise<RenderedRelease> {
  const args = [...upgrade(request), "--dry-run=server", "--output", "json"];
  const said = await cluster.helm(args, { input: valuesText(request.values) });
  const { version, manifest } = printedAs("helm", Rendered, said);
  return { revision: version, manifest };
}

/** The objects of the last revision of a release, as YAML. */
export async function releaseManifest(cluster: Cluster, release: string): Promise<string> {
  return await cluster.helm(["get", "manifest", release]);
}

export interface UpgradeOptions {
  /** Until its pods are ready. */
  readonly timeoutMs: number;
  /** What the history says of it. */
  readonly description: string;
  /** Ends it by SIGTERM, by which helm marks the revision as failed. */
  readonly signal: AbortSignal;
}

/** Helm marks what it did in the cluster after its time is over. */
const markMs = 30_000;

/** Makes the release, and resolves once its pods are ready. @throws {MltError} when they are not in time */
export async function upgradeRelease(
  cluster: Cluster,
  request: ReleaseRequest,
  { timeoutMs, description, signal }: UpgradeOptions,
): Promise<void> {
  const wait = ["--wait", "--timeout", `${Math.ceil(timeoutMs / 1_000)}s`];
  await cluster.helm([...upgrade(request), ...wait, "--description", description], {
    input: valuesText(request.values),
    signal,
    timeoutMs: timeoutMs + markMs,
  });
}

/** Removes a release, and what belongs to it but for volumes. */
export async function uninstallRelease(cluster: Cluster, release: string): Promise<void> {
  await cluster.helm(["uninstall", release, "--wait", "--timeout", "60s"], { timeoutMs: 90_000 });
}

/** Values as helm reads them: JSON, with what YAML takes for the end of a line, or not at all, written as its code. */
export function valuesText(values: object): string {
  return JSON.stringify(values).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Values come from stdin, so that no file of them is left anywhere. */
function upgrade({ release, chart, valuesFile }: ReleaseRequest): string[] {
  // Helm reads a list of paths, as CSV has it.
  const further = valuesFile === undefined ? [] : ["--values", `"${valuesFile.replaceAll('"', '""')}"`];
  return ["upgrade", "--install", release, chart, "--values", "-", ...further];
}
