import { type Shift, shiftOf } from "../prediction-log/drift/drift-table.ts";
import { histogramQuantile } from "./histogram-quantile.ts";
import { parseMetrics, type Sample } from "./parse-metrics.ts";

/** What a running service says of itself, as `mlt status --json` prints it. */
export interface ServiceStatus {
  readonly ready: boolean;
  /** Why it is not ready, or what is wrong with its prediction log all the same. */
  readonly trouble: string | null;
  readonly model: ModelStatus | null;
  /** Processes that answer. */
  readonly workers: number;
  /** By route, without probes. */
  readonly requests: readonly RouteStatus[];
  /** By sink; `spool` is the disk. */
  readonly prediction_log: readonly SinkStatus[];
  readonly drift: {
    /** Rows that the indexes are made from. */
    readonly rows: number;
    readonly features: readonly DriftStatus[];
    readonly prediction: DriftStatus | null;
  };
}

export interface ModelStatus {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly creation_time: string | null;
}

export interface RouteStatus {
  readonly route: string;
  readonly answered: number;
  readonly by_status: Readonly<Record<string, number>>;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
}

/** Records by what became of them; null where a sink has no such count. */
export interface SinkStatus extends Readonly<Record<(typeof logCounts)[number], number | null>> {
  readonly sink: string;
}

export interface DriftStatus {
  readonly name: string;
  /** The population stability index; null of too few rows. */
  readonly psi: number | null;
  readonly shift: Shift;
}

/** What the service answered. */
export interface ServiceAnswers {
  /** Of `/readyz`. */
  readonly ready: { readonly status: number; readonly text: string };
  /** Of `/metrics`. */
  readonly metrics: string;
}

/** What happens to a record of the prediction log, in the order in which it does. */
export const logCounts = ["written", "delivered", "pending", "refused", "dropped"] as const;

const probes: ReadonlySet<string> = new Set([
  "/ping",
  "/livez",
  "/readyz",
  "/healthz",
  "/metrics",
  "/v2/health/live",
  "/v2/health/ready",
]);

/** What a service's own words say, whichever of them it has. */
export function serviceStatus({ ready, metrics }: ServiceAnswers): ServiceStatus {
  const samples = parseMetrics(metrics);
  const named = (name: string) => samples.filter((sample) => sample.name === name);
  const only = (name: string) => named(name)[0]?.value;
  return {
    ready: ready.status === 200,
    trouble: troubleOf(ready),
    model: modelOf(named("mlt_model_info")[0], only("mlt_model_creation_timestamp_seconds")),
    workers: only("mlt_worker_listening") ?? 1,
    requests: routesOf(named("mlt_request_total"), named("mlt_request_duration_seconds_bucket")),
    prediction_log: sinksOf(samples),
    drift: {
      rows: only("mlt_drift_rows") ?? 0,
      features: named("mlt_feature_psi").map((sample) => driftOf(sample.labels.get("feature") ?? "", sample)),
      prediction: named("mlt_prediction_psi").map((sample) => driftOf("predictions", sample))[0] ?? null,
    },
  };
}

/** A problem has a `detail`; a service that is ready may still complain of its log. */
function troubleOf({ status, text }: ServiceAnswers["ready"]): string | null {
  const said = jsonObject(text);
  const reason = status === 200 ? said["prediction_log"] : said["detail"];
  if (typeof reason === "string") return reason;
  return status === 200 ? null : `It answers ${status}`;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    // What stands between the service and us may answer in its own words.
    return {};
  }
}

function modelOf(info: Sample | undefined, createdSeconds: number | undefined): ModelStatus | null {
  if (info === undefined) return null;
  const label = (name: string) => info.labels.get(name) ?? "";
  return {
    id: label("id"),
    name: label("name"),
    version: label("version"),
    creation_time: createdSeconds === undefined ? null : new Date(createdSeconds * 1000).toISOString(),
  };
}

function routesOf(totals: readonly Sample[], buckets: readonly Sample[]): readonly RouteStatus[] {
  const routes = Map.groupBy(totals, ({ labels }) => labels.get("route") ?? "");
  const durations = Map.groupBy(buckets, ({ labels }) => labels.get("route") ?? "");
  return [...routes]
    .filter(([route]) => !probes.has(route))
    .map(([route, samples]) => {
      const histogram = durations.get(route) ?? [];
      const ms = (share: number) => finite(histogramQuantile(histogram, share) * 1000);
      return {
        route,
        answered: samples.reduce((sum, { value }) => sum + value, 0),
        by_status: Object.fromEntries(
          samples.map(({ labels, value }) => [labels.get("status") ?? "", value] as const),
        ),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
      };
    });
}

function sinksOf(samples: readonly Sample[]): readonly SinkStatus[] {
  const name = /^mlt_prediction_log_([a-z]+?)(?:_total)?$/;
  const counts = samples.flatMap(({ name: full, labels, value }) => {
    const count = name.exec(full)?.[1];
    return count === undefined ? [] : [{ sink: labels.get("sink") ?? "", count, value }];
  });
  return Array.from(
    Map.groupBy(counts, ({ sink }) => sink),
    ([sink, own]) => {
      const of = (count: string) => own.find((each) => each.count === count)?.value ?? null;
      return {
        sink,
        written: of("written"),
        delivered: of("delivered"),
        pending: of("pending"),
        refused: of("refused"),
        dropped: of("dropped"),
      };
    },
  );
}

function driftOf(name: string, { value }: Sample): DriftStatus {
  const psi = finite(value);
  return { name, psi, shift: psi === null ? "too_few_rows" : shiftOf(psi) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
