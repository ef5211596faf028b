import { resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { valuesText } from "../../adapters/helm/helm.ts";
import { type Finished, launch } from "./mlt.ts";

/** Mlt's own chart. */
export const chartFolder = resolve(import.meta.dirname, "../../ops/chart");

/** An object of Kubernetes, of which tests look at any part. */
// biome-ignore lint/suspicious/noExplicitAny: what helm prints has a form for each kind
export type Manifest = any;

/** Runs helm with values of the chart. */
export async function helmWith(command: readonly string[], values: object): Promise<Finished> {
  const args = [...command, chartFolder, "--values", "-"];
  const { child, finished } = launch(["helm", ...args], { cwd: "/" });
  child.stdin?.end(valuesText(values));
  return await finished;
}

/** The objects of a release with these values; those of tests among them. */
export async function renderChart(values: object, release = "iris"): Promise<readonly Manifest[]> {
  const { exitCode, stdout, stderr } = await helmWith(["template", release], values);
  if (exitCode !== 0) throw new Error(`helm template ended with ${exitCode}:\n${stderr}`);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter((object) => object !== null);
}

/** The one object of a kind. */
export function onlyOf(objects: readonly Manifest[], kind: string): Manifest {
  const [found, ...more] = objects.filter((object) => object.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`There is not one ${kind}`);
  return found;
}
