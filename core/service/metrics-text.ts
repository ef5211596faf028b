/** A metric with all of its series, as plain data that one process can send to another. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** How the series of several processes become one. */
  readonly combine: "sum" | "max";
  /** Only of a histogram: upper bounds, ascending, without infinity. */
  readonly buckets?: readonly number[];
  readonly series: readonly MetricSeries[];
}

export interface MetricSeries {
  /** `name="value"`, separated by commas; empty without labels. */
  readonly labels: string;
  /** One value; of a histogram the count of each bucket and of what is above them all, then the sum. */
  readonly values: readonly number[];
}

/** @see Prometheus text exposition format 0.0.4 */
export function metricsText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join("");
}

/** The metrics of several processes that answer together as those of one, in the order of the first. */
export function combineMetrics(processes: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const combined = new Map<string, MetricFamily>();
  for (const family of processes.flat()) {
    const known = combined.get(family.name);
    combined.set(
      family.name,
      known === undefined ? family : { ...known, series: combineSeries(known, family.series) },
    );
  }
  return [...combined.values()];
}

function combineSeries({ series, combine }: MetricFamily, more: readonly MetricSeries[]): MetricSeries[] {
  const byLabels = new Map(series.map((each) => [each.labels, each]));
  const pick = combine === "sum" ? (a: number, b: number) => a + b : Math.max;
  const none = combine === "sum" ? 0 : Number.NEGATIVE_INFINITY;
  for (const { labels, values } of more) {
    const known = byLabels.get(labels)?.values ?? [];
    byLabels.set(labels, { labels, values: values.map((value, index) => pick(value, known[index] ?? none)) });
  }
  return [...byLabels.values()];
}

function familyText({ name, help, type, buckets, series }: MetricFamily): string {
  const lines = series.flatMap(({ labels, values }) =>
    buckets === undefined
      ? [sample(name, labels, values[0] ?? 0)]
      : histogramLines({ name, labels, values, buckets }),
  );
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

interface HistogramSeries extends MetricSeries {
  readonly name: string;
  readonly buckets: readonly number[];
}

function histogramLines({ name, labels, values, buckets }: HistogramSeries): string[] {
  let total = 0;
  const before = labels === "" ? "" : `${labels},`;
  const counts = [...buckets, "+Inf"].map((bound, index) => {
    total += values[index] ?? 0;
    return sample(`${name}_bucket`, `${before}le="${bound}"`, total);
  });
  const sum = sample(`${name}_sum`, labels, values.at(-1) ?? 0);
  return [...counts, sum, sample(`${name}_count`, labels, total)];
}

function sample(name: string, labels: string, value: number): string {
  return labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** A label's value as it stands between its quotes. */
export function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
