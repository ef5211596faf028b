import { escapeLabel, type MetricFamily } from "./metrics-text.ts";

/** One series of a metric that only grows. */
export interface Counter {
  add(amount: number): void;
}

/** One series of a metric that goes up and down. */
export interface Gauge {
  set(value: number): void;
}

/** One series of counts of observed values by size. */
export interface Histogram {
  observe(value: number): void;
}

/** The series of a metric; values of labels stand in the order of the metric's label names. */
export interface Metric<Series> {
  of(...labels: readonly string[]): Series;
  /** Forgets every series. */
  clear(): void;
}

export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface GaugeOptions extends MetricOptions {
  /** What the gauge is of several processes that answer together. */
  readonly combine: "sum" | "max";
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending, without infinity. */
  readonly buckets: readonly number[];
}

/** Metrics of one process, in the order in which they were made. */
export interface MetricRegistry {
  counter(options: MetricOptions): Metric<Counter>;
  gauge(options: GaugeOptions): Metric<Gauge>;
  histogram(options: HistogramOptions): Metric<Histogram>;
  /** What all of them are now. */
  families(): MetricFamily[];
}

/** An empty registry. */
export function metricRegistry(): MetricRegistry {
  const tables: (() => MetricFamily)[] = [];
  const register = <Series>(
    options: MetricOptions,
    head: Pick<MetricFamily, "type" | "combine" | "buckets">,
    toSeries: (values: number[]) => Series,
  ): Metric<Series> => {
    const size = head.buckets === undefined ? 1 : head.buckets.length + 2;
    const table = new SeriesTable(options, size, toSeries);
    const { name, help } = options;
    tables.push(() => ({ name, help, ...head, series: table.values() }));
    return table;
  };
  return {
    counter: (options) => register(options, { type: "counter", combine: "sum" }, counterOf),
    gauge: (options) => register(options, { type: "gauge", combine: options.combine }, gaugeOf),
    histogram: (options) => {
      const { buckets } = options;
      return register(options, { type: "histogram", combine: "sum", buckets }, (values) =>
        histogramOf(values, buckets),
      );
    },
    families: () => tables.map((family) => family()),
  };
}

function counterOf(values: number[]): Counter {
  return {
    add: (amount) => {
      values[0] = (values[0] ?? 0) + amount;
    },
  };
}

function gaugeOf(values: number[]): Gauge {
  return {
    set: (value) => {
      values[0] = value;
    },
  };
}

/** @param values  a count for each bucket and for what is above them all, then the sum */
function histogramOf(values: number[], buckets: readonly number[]): Histogram {
  const sum = buckets.length + 1;
  return {
    observe: (value) => {
      let bucket = 0;
      while (value > (buckets[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
      values[bucket] = (values[bucket] ?? 0) + 1;
      values[sum] = (values[sum] ?? 0) + value;
    },
  };
}

/** One metric for every combination of label values that was seen. */
class SeriesTable<Series> implements Metric<Series> {
  private readonly options: MetricOptions;
  private readonly size: number;
  private readonly toSeries: (values: number[]) => Series;
  private readonly known = new Map<string, { readonly series: Series; readonly values: readonly number[] }>();

  constructor(options: MetricOptions, size: number, toSeries: (values: number[]) => Series) {
    this.options = options;
    this.size = size;
    this.toSeries = toSeries;
  }

  of(...given: readonly string[]): Series {
    const names = this.options.labels ?? [];
    if (names.length !== given.length) {
      throw new RangeError(`${this.options.name} has ${names.length} labels, not ${given.length}`);
    }
    const labels = names.map((name, index) => `${name}="${escapeLabel(given[index] ?? "")}"`).join(",");
    const found = this.known.get(labels);
    if (found !== undefined) return found.series;
    const values: number[] = new Array(this.size).fill(0);
    const series = this.toSeries(values);
    this.known.set(labels, { series, values });
    return series;
  }

  clear(): void {
    this.known.clear();
  }

  values(): MetricFamily["series"] {
    return Array.from(this.known, ([labels, { values }]) => ({ labels, values: [...values] }));
  }
}
