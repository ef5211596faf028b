import { expect, test } from "bun:test";
import { metricRegistry } from "../../../core/service/metric-registry.ts";
import { metricsText } from "../../../core/service/metrics-text.ts";

// Expected texts follow Prometheus's text exposition format, version 0.0.4.

test("metricRegistry() writes counters, in the order in which they were made", () => {
  const registry = metricRegistry();
  const errors = registry.counter({ name: "errors_total", help: "Errors." });
  const visits = registry.counter({ name: "visits_total", help: "Visits.", labels: ["page", "day"] });
  errors.of().add(2);
  errors.of().add(0.5);
  visits.of("a", "1").add(1);
  visits.of("b", "1").add(1);
  visits.of("a", "1").add(1);
  expect(metricsText(registry.families())).toBe(`# HELP errors_total Errors.
# TYPE errors_total counter
errors_total 2.5
# HELP visits_total Visits.
# TYPE visits_total counter
visits_total{page="a",day="1"} 2
visits_total{page="b",day="1"} 1
`);
});

test("metricRegistry() writes a gauge as it was last set", () => {
  const registry = metricRegistry();
  const level = registry.gauge({ name: "level", help: "Level.", combine: "sum" }).of();
  level.set(5);
  level.set(-1);
  expect(metricsText(registry.families())).toBe("# HELP level Level.\n# TYPE level gauge\nlevel -1\n");
});

test("metricRegistry() writes a histogram's buckets cumulatively, bounds included", () => {
  const registry = metricRegistry();
  const size = registry.histogram({ name: "size", help: "Size.", labels: ["kind"], buckets: [1, 2.5] });
  for (const value of [0.5, 1, 2, 3]) size.of("k").observe(value);
  expect(metricsText(registry.families())).toBe(`# HELP size Size.
# TYPE size histogram
size_bucket{kind="k",le="1"} 2
size_bucket{kind="k",le="2.5"} 3
size_bucket{kind="k",le="+Inf"} 4
size_sum{kind="k"} 6.5
size_count{kind="k"} 4
`);
});

test("metricRegistry() writes a histogram without labels", () => {
  const registry = metricRegistry();
  registry
    .histogram({ name: "size", help: "Size.", buckets: [1] })
    .of()
    .observe(4);
  expect(metricsText(registry.families())).toContain(
    'size_bucket{le="1"} 0\nsize_bucket{le="+Inf"} 1\nsize_sum 4\nsize_count 1\n',
  );
});

test("metricRegistry() escapes labels and help", () => {
  const registry = metricRegistry();
  registry
    .gauge({ name: "g", help: "a\\b\nc", labels: ["l"], combine: "sum" })
    .of('say "\\"\n')
    .set(1);
  expect(metricsText(registry.families())).toBe(
    '# HELP g a\\\\b\\nc\n# TYPE g gauge\ng{l="say \\"\\\\\\"\\n"} 1\n',
  );
});

test("metricRegistry() refuses the wrong number of labels", () => {
  const visits = metricRegistry().counter({ name: "visits_total", help: "Visits.", labels: ["page"] });
  expect(() => visits.of()).toThrow(new RangeError("visits_total has 1 labels, not 0"));
});
