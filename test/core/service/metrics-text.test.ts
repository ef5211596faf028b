import { expect, test } from "bun:test";
import { metricRegistry } from "../../../core/service/metric-registry.ts";
import { combineMetrics, type MetricFamily, metricsText } from "../../../core/service/metrics-text.ts";

/** What one process counted. */
function processOf(
  pages: Readonly<Record<string, number>>,
  level: number,
  version: string,
  sizes: readonly number[],
) {
  const registry = metricRegistry();
  const visits = registry.counter({ name: "visits_total", help: "Visits.", labels: ["page"] });
  for (const [page, count] of Object.entries(pages)) visits.of(page).add(count);
  registry.gauge({ name: "level", help: "Level.", combine: "sum" }).of().set(level);
  registry
    .gauge({ name: "info", help: "Info.", labels: ["version"], combine: "max" })
    .of(version)
    .set(1);
  const size = registry.histogram({ name: "size", help: "Size.", buckets: [1, 2] }).of();
  for (const value of sizes) size.observe(value);
  return registry.families();
}

test("combineMetrics() adds counters, gauges and histograms of several processes, and keeps one of what is the same in all", () => {
  const combined = combineMetrics([
    processOf({ a: 1, b: 2 }, 3, "1.0", [0.5, 1.5]),
    processOf({ b: 10, c: 20 }, 4, "1.0", [1, 7]),
    processOf({}, 0, "1.1", []),
  ]);
  expect(metricsText(combined)).toBe(`# HELP visits_total Visits.
# TYPE visits_total counter
visits_total{page="a"} 1
visits_total{page="b"} 12
visits_total{page="c"} 20
# HELP level Level.
# TYPE level gauge
level 7
# HELP info Info.
# TYPE info gauge
info{version="1.0"} 1
info{version="1.1"} 1
# HELP size Size.
# TYPE size histogram
size_bucket{le="1"} 2
size_bucket{le="2"} 3
size_bucket{le="+Inf"} 4
size_sum 10
size_count 4
`);
});

test("combineMetrics() keeps the largest of a gauge that is not added, also below zero", () => {
  const coldest = (value: number): MetricFamily => ({
    name: "coldest",
    help: "Coldest.",
    type: "gauge",
    combine: "max",
    series: [{ labels: "", values: [value] }],
  });
  const nothingYet: MetricFamily = { ...coldest(0), series: [] };
  const [family] = combineMetrics([[nothingYet], [coldest(-5)], [coldest(-3)], [coldest(-4)]]);
  expect(family?.series).toEqual([{ labels: "", values: [-3] }]);
});

test("combineMetrics() takes a metric that only a later process has, and leaves what it was given as it was", () => {
  const [first, second] = [processOf({ a: 1 }, 1, "1", []), processOf({ a: 5 }, 1, "1", [])];
  const more: MetricFamily = { name: "other", help: "Other.", type: "gauge", combine: "sum", series: [] };
  const before = JSON.stringify([first, second]);
  const names = combineMetrics([first, [...second, more]]).map(({ name }) => name);
  expect(names).toEqual(["visits_total", "level", "info", "size", "other"]);
  expect(JSON.stringify([first, second])).toBe(before);
  expect(combineMetrics([])).toEqual([]);
  expect(metricsText(combineMetrics([first]))).toBe(metricsText(first));
});
