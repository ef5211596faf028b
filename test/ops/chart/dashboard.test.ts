import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../ops/build/free-port.ts";
import { plainValues } from "../../support/chart-corners.ts";
import { everyTypeProject } from "../../support/every-type-project.ts";
import { chartFolder, renderChart } from "../../support/helm-chart.ts";
import { startPrometheus } from "../../support/prometheus.ts";
import { testWith } from "../../support/tools.ts";

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(readFileSync(join(chartFolder, "dashboards/mlt.json"), "utf8"));
const panels: readonly Panel[] = dashboard.panels;
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const project = await everyTypeProject();
afterAll(() => project[Symbol.dispose]());

test("the dashboard's panels lie side by side in its 24 columns", () => {
  const cells = new Set<string>();
  for (const { title, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect([title, x < 24, cells.has(`${x} ${y}`)]).toEqual([title, true, false]);
        cells.add(`${x} ${y}`);
      }
    }
  }
});

test("the dashboard draws the lines of drift at 0.1 and at 0.25", () => {
  const drift = dashboard.panels.find(({ title }: Panel) => title === "Drift");
  expect(drift.fieldConfig.defaults.thresholds.steps).toEqual([
    { color: "green", value: null },
    { color: "yellow", value: 0.1 },
    { color: "red", value: 0.25 },
  ]);
});

testWith(
  ["prometheus"],
  "Prometheus has an answer to every expression of the dashboard, of a service that logs",
  async () => {
    const nobody = String(await freePort());
    await using service = await project.serve(["--workers", "2"], {
      MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
      MLT_LOGGING__FLUENTD__PORT: nobody,
    });
    const row = { size: 2.5, count: 3, sold: true, colour: "green", month: "Feb", note: "old" };
    const ask = async () =>
      await fetch(`${service.url}/api/predictions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify([row]),
      });
    expect((await ask()).status).toBe(200);
    await using prometheus = await startPrometheus(new URL(service.url).host);
    for (const expression of expressions) {
      const asked = expression
        .replaceAll("$__rate_interval", "1m")
        .replaceAll("$job", "mlt")
        .replaceAll("$namespace", ".*");
      expect(asked).not.toContain("$");
      // Rates need two scrapes, and the process that delivers tells of its sinks a moment later.
      await prometheus.until(asked, (samples) => samples.length > 0);
    }
  },
);

testWith(["helm"], "each release has a dashboard of its own, that shows it", async () => {
  const values = { ...plainValues, dashboard: { enabled: true, labels: { folder: "models" } } };
  const shownBy = async (release: string) => {
    const objects = await renderChart(values, release);
    const { metadata, data } = objects.find(({ metadata: { name } }) => name === `${release}-dashboard`);
    expect(metadata.labels).toMatchObject({ grafana_dashboard: "1", folder: "models" });
    return JSON.parse(data[`${release}.json`]);
  };
  const iris = await shownBy("iris");
  const diamonds = await shownBy("diamonds");
  expect(iris.panels).toEqual(dashboard.panels);
  expect(iris.title).toBe("mlt: iris");
  expect(iris.uid).toMatch(/^[0-9a-f]{16}$/);
  expect(iris.uid).not.toBe(diamonds.uid);
  const [, job, namespace] = iris.templating.list;
  expect([job.name, job.current.value]).toEqual(["job", "iris"]);
  expect([namespace.name, namespace.current.value]).toEqual(["namespace", "default"]);
});
