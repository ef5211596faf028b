import { expect, test } from "bun:test";
import { join } from "node:path";
import { corners, expectedKinds, plainValues } from "../../support/chart-corners.ts";
import { helmWith, type Manifest, onlyOf, renderChart } from "../../support/helm-chart.ts";
import { launch } from "../../support/mlt.ts";
import { testWith } from "../../support/tools.ts";

const minutes = 60_000;

/** Of all objects. */
const labels = {
  "app.kubernetes.io/name": "mlt",
  "app.kubernetes.io/instance": "iris",
  "app.kubernetes.io/version": "1.2.0",
  "app.kubernetes.io/managed-by": "Helm",
  "app.kubernetes.io/part-of": "iris",
  "helm.sh/chart": "mlt-0.1.0",
};

test("the corners have every two switches in every combination", () => {
  const rows = corners.filter(({ name }) => name.startsWith("pairs "));
  const names = [...(corners[1]?.on ?? [])];
  expect(names.length).toBeGreaterThan(20);
  for (const [index, left] of names.entries()) {
    for (const right of names.slice(index + 1)) {
      const met = rows.map(({ on }) => `${on.has(left)} ${on.has(right)}`);
      expect([left, right, new Set(met).size]).toEqual([left, right, 4]);
    }
  }
});

/** Two at a time. */
async function ofEach<Found>(find: (corner: (typeof corners)[number]) => Promise<Found>): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < corners.length; at += 2)
    found.push(...(await Promise.all(corners.slice(at, at + 2).map(find))));
  return found;
}

testWith(
  ["helm"],
  "helm lint --strict finds nothing wrong in any corner",
  async () => {
    for (const { exitCode, stdout } of await ofEach(({ values }) => helmWith(["lint", "--strict"], values))) {
      expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
      expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
      expect(exitCode).toBe(0);
    }
  },
  3 * minutes,
);

testWith(
  ["helm", "python:kubernetes_validate"],
  "every corner has the objects that it should, with their labels, as four versions of Kubernetes have them",
  async () => {
    const rendered = await ofEach(async (corner) => ({ corner, objects: await renderChart(corner.values) }));
    for (const { corner, objects } of rendered) {
      const kinds = objects.map(({ kind }) => kind).sort();
      expect([corner.name, kinds]).toEqual([corner.name, [...expectedKinds(corner)]]);
      for (const { kind, metadata } of objects) {
        const component = kind === "Pod" ? "test" : "service";
        expect(metadata.labels).toMatchObject({ ...labels, "app.kubernetes.io/component": component });
        expect(metadata.name).toMatch(/^iris(-test|-spool|-dashboard)?$/);
      }
    }
    // Their types are no part of Kubernetes.
    const foreign = ["HTTPRoute", "ServiceMonitor"];
    const known = rendered.flatMap(({ objects }) => objects).filter(({ kind }) => !foreign.includes(kind));
    expect(await faultsOf(known)).toBe("");
  },
  3 * minutes,
);

testWith(["helm", "python:kubernetes_validate"], "an object with a key too many is found out", async () => {
  const deployment = onlyOf(await renderChart(plainValues), "Deployment");
  deployment.spec.template.spec.containers[0].readinesProbe = {};
  expect(await faultsOf([deployment])).toContain("readinesProbe");
});

/** What the oldest version that the chart takes finds wrong, and the newest three. */
async function faultsOf(objects: readonly Manifest[]): Promise<string> {
  const script = join(import.meta.dirname, "../../support/kubernetes-validate.py");
  const { child, finished } = launch(["python3", script, "1.30", "1.35", "1.36", "1.37"], { cwd: "/" });
  const different = new Map(objects.map((object) => [JSON.stringify(object), object]));
  child.stdin?.end(JSON.stringify([...different.values()]));
  const { stdout, stderr } = await finished;
  return `${stdout}${stderr}`;
}
