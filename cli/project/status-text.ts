import type { Shift } from "../../core/prediction-log/drift/drift-table.ts";
import { formatTime } from "../../core/report/format.ts";
import {
  type DriftStatus,
  logCounts,
  type RouteStatus,
  type ServiceStatus,
  type SinkStatus,
} from "../../core/status/service-status.ts";
import { metricText, styleResult, table } from "../output.ts";
import type { FoundService } from "./read-status.ts";

/** A service at a glance, for people. */
export function statusText({ url, status }: FoundService): string {
  return [
    headText(url, status),
    routesText(status.requests),
    sinksText(status.prediction_log),
    driftText(status.drift),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function headText(url: string, { ready, trouble, model, workers }: ServiceStatus): string {
  const name = model === null ? "The service" : `${model.name} ${model.version}`;
  const state = ready ? styleResult("green", "is ready") : styleResult("red", "is not ready");
  const facts = [
    ...(model === null ? [] : [["model", model.id]]),
    ...(model?.creation_time ? [["trained", formatTime(model.creation_time)]] : []),
    ["workers", String(workers)],
    ...(trouble === null ? [] : [[ready ? "prediction log" : "because", trouble]]),
  ];
  const lines = facts.map(([fact = "", value = ""]) => `  ${fact.padEnd(14)}  ${value}`);
  return [`${styleResult("bold", name)} at ${url} ${state}`, ...lines].join("\n");
}

function routesText(routes: readonly RouteStatus[]): string {
  if (routes.length === 0) return "No requests yet, but for probes.";
  return table(
    ["route", "requests", "p50 ms", "p99 ms", "by status"],
    routes.map(({ route, answered, p50_ms, p99_ms, by_status }) => [
      route,
      String(answered),
      numberText(p50_ms),
      numberText(p99_ms),
      Object.entries(by_status)
        .map(([code, count]) => `${code}: ${count}`)
        .join(", "),
    ]),
  );
}

function sinksText(sinks: readonly SinkStatus[]): string {
  if (sinks.length === 0) return "";
  return table(
    ["prediction log", ...logCounts],
    sinks.map((sink) => [sink.sink, ...logCounts.map((count) => numberText(sink[count]))]),
  );
}

function numberText(value: number | null): string {
  return value === null ? "-" : metricText(value);
}

const words = {
  stable: ["green", "stable"],
  moved: ["yellow", "moved"],
  moved_a_lot: ["red", "moved a lot"],
  too_few_rows: ["dim", "too few rows"],
} as const satisfies Record<Shift, readonly [string, string]>;

const shownFeatures = 20;

/** What moved the most first, and the predictions last. */
function driftText({ rows, features, prediction }: ServiceStatus["drift"]): string {
  if (prediction === null) return "";
  const ranked = features.toSorted((a, b) => (b.psi ?? -1) - (a.psi ?? -1));
  const drawn = [...ranked.slice(0, shownFeatures), { ...prediction, name: "(predictions)" }];
  const left = ranked.slice(shownFeatures);
  return [
    table(["drift of late", "psi", "", ""], drawn.map(driftCells)),
    ...(left.length === 0 ? [] : [`and ${left.length} features that have moved less`]),
    `Made from ${rows} predicted rows: below 0.1 is stable, from 0.25 on a lot.`,
  ].join("\n");
}

function driftCells({ name, psi, shift }: DriftStatus): string[] {
  const [color, word] = words[shift];
  return [name, psi === null ? "-" : psi.toFixed(2), bar(psi ?? 0), styleResult(color, word)];
}

const barWidth = 10;
const fullBar = 0.5;

function bar(psi: number): string {
  const filled = Math.round((Math.min(psi, fullBar) / fullBar) * barWidth);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}
