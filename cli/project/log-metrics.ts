import type { SpoolCounts } from "../../adapters/spool/spool-writer.ts";
import type { MetricFamily, MetricSeries } from "../../core/service/metrics-text.ts";
import type { SinkCounts } from "./sender-messages.ts";

const prefix = "mlt_prediction_log";

/** What a process that answers tells of its prediction log: what never happened reads 0. */
export function keptFamilies(
  { written, dropped }: SpoolCounts,
  sinks: readonly string[],
): readonly MetricFamily[] {
  const drops = ["spool", ...sinks].map((sink) => seriesOf(sink, dropped.get(sink) ?? 0));
  return [
    counter("written_total", "Records of predictions written to the spool.", [seriesOf("spool", written)]),
    counter("dropped_total", "Records that were not written (spool), or that a sink will not get.", drops),
  ];
}

/** What the process that delivers tells. */
export function deliveredFamilies(sinks: readonly SinkCounts[]): readonly MetricFamily[] {
  const series = (count: "delivered" | "refused" | "pending") =>
    sinks.map((each) => seriesOf(each.sink, each[count]));
  return [
    counter("delivered_total", "Records that the sink has acknowledged.", series("delivered")),
    counter("refused_total", "Records that the sink refused for good, set aside.", series("refused")),
    {
      name: `${prefix}_pending`,
      help: "Records that the sink has not acknowledged yet.",
      type: "gauge",
      combine: "sum",
      series: series("pending"),
    },
  ];
}

function counter(name: string, help: string, series: readonly MetricSeries[]): MetricFamily {
  return { name: `${prefix}_${name}`, help, type: "counter", combine: "sum", series };
}

function seriesOf(sink: string, value: number): MetricSeries {
  return { labels: `sink="${sink}"`, values: [value] };
}
