/** A number that only grows; labels are values in the order of the metric's label names. */
export interface Counter {
  add(amount: number, ...labels: readonly string[]): void;
}

/** A number that goes up and down. */
export interface Gauge {
  set(value: number, ...labels: readonly string[]): void;
}

/** Counts of observed values by size. */
export interface Histogram {
  observe(value: number, ...labels: readonly string[]): void;
}

export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending, without infinity. */
  readonly buckets: readonly number[];
}

/** Metrics of one process, in the order in which they were made. */
export interface MetricRegistry {
  counter(options: MetricOptions): Counter;
  gauge(options: MetricOptions): Gauge;
  histogram(options: HistogramOptions): Histogram;
  /** @see Prometheus text exposition format 0.0.4 */
  text(): string;
}

/** An empty registry. */
export function metricRegistry(): MetricRegistry {
  const families: (() => string)[] = [];
  const register = (type: string, { name, help }: MetricOptions, lines: () => readonly string[]) => {
    const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    families.push(
      () =>
        head +
        lines()
          .map((line) => `${line}\n`)
          .join(""),
    );
  };
  return {
    counter(options) {
      const series = new SeriesTable(options, () => ({ value: 0 }));
      register("counter", options, () =>
        series.lines(({ value }, labels) => [sample(options.name, labels, value)]),
      );
      return {
        add: (amount, ...labels) => {
          series.at(labels).value += amount;
        },
      };
    },
    gauge(options) {
      const series = new SeriesTable(options, () => ({ value: 0 }));
      register("gauge", options, () =>
        series.lines(({ value }, labels) => [sample(options.name, labels, value)]),
      );
      return {
        set: (value, ...labels) => {
          series.at(labels).value = value;
        },
      };
    },
    histogram(options) {
      const series = new SeriesTable(options, () => new Buckets(options.buckets));
      register("histogram", options, () =>
        series.lines((buckets, labels) => buckets.lines(options.name, labels)),
      );
      return { observe: (value, ...labels) => series.at(labels).observe(value) };
    },
    text: () => families.map((family) => family()).join(""),
  };
}

/** The state of one metric for every combination of label values that was seen. */
class SeriesTable<State> {
  private readonly options: MetricOptions;
  private readonly initial: () => State;
  private readonly states = new Map<string, { readonly state: State; readonly labels: string }>();

  constructor(options: MetricOptions, initial: () => State) {
    this.options = options;
    this.initial = initial;
  }

  at(values: readonly string[]): State {
    const key = values.length === 1 ? (values[0] ?? "") : JSON.stringify(values);
    const known = this.states.get(key);
    if (known !== undefined) return known.state;
    const names = this.options.labels ?? [];
    if (names.length !== values.length) {
      throw new RangeError(`${this.options.name} has ${names.length} labels, not ${values.length}`);
    }
    const labels = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? "")}"`).join(",");
    const state = this.initial();
    this.states.set(key, { state, labels });
    return state;
  }

  lines(toLines: (state: State, labels: string) => readonly string[]): readonly string[] {
    return Array.from(this.states.values()).flatMap(({ state, labels }) => toLines(state, labels));
  }
}

class Buckets {
  private readonly bounds: readonly number[];
  /** One count more than bounds: the values above them all. */
  private readonly counts: number[];
  private sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (value > (this.bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  lines(name: string, labels: string): readonly string[] {
    let total = 0;
    const before = labels === "" ? "" : `${labels},`;
    const buckets = this.counts.map((count, index) => {
      total += count;
      return sample(`${name}_bucket`, `${before}le="${this.bounds[index] ?? "+Inf"}"`, total);
    });
    return [...buckets, sample(`${name}_sum`, labels, this.sum), sample(`${name}_count`, labels, total)];
  }
}

function sample(name: string, labels: string, value: number): string {
  return labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"');
}
