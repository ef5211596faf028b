import { printable } from "../../../core/report/printable.ts";
import type { ServiceStatus } from "../../../core/status/service-status.ts";
import { metricText, styleResult, table } from "../../output.ts";
import type { ReleasePod, ReleaseStatus } from "./read-release.ts";

/**
 * A release at a glance, for people.
 *
 * @param ways  how it is reached
 * @param now   milliseconds since 1970
 */
export function releaseText(found: ReleaseStatus, ways: readonly string[], now: number): string {
  const reasons = found.pods.flatMap(({ state, service }) =>
    typeof service === "string" ? [`${state.name} tells no metrics: ${printable(service, longest)}`] : [],
  );
  return [headText(found, ways), podsText(found.pods, now), reasons.join("\n"), revisionsText(found, now)]
    .filter((part) => part !== "")
    .join("\n\n");
}

const longest = 200;

function headText(found: ReleaseStatus, ways: readonly string[]): string {
  const { release, namespace, isReady, replicas, autoscaler, revisions } = found;
  const last = revisions.at(-1);
  const model = last?.content?.model;
  const title = model === undefined ? release : `${model.name} ${model.version}`;
  const state = isReady ? styleResult("green", "is ready") : styleResult("red", "is not ready");
  const { wanted, updated, ready } = replicas;
  const facts = [
    ["release", `${release}, revision ${last?.revision} (${last?.status}), chart ${last?.chart}`],
    ...(model === undefined ? [] : [["model", model.id]]),
    ...(last?.content === undefined ? [] : [["image", last.content.image]]),
    ["pods", `${ready} of ${wanted} ready, ${updated} of the present revision`],
    ...(autoscaler === undefined
      ? []
      : [
          [
            "autoscaling",
            `${autoscaler.fewest} to ${autoscaler.most} pods, ${autoscaler.desired} wanted now`,
          ],
        ]),
    ...ways.map((way, at) => [at === 0 ? "reached at" : "", way]),
  ];
  const lines = facts.map(([fact = "", value = ""]) => `  ${fact.padEnd(12)}  ${value}`);
  return [`${styleResult("bold", title)} in the namespace ${namespace} ${state}`, ...lines].join("\n");
}

function podsText(pods: readonly ReleasePod[], now: number): string {
  if (pods.length === 0) return "There are no pods.";
  const header = ["pod", "state", "restarts", "age", "node", "model", "requests", "p99 ms", "in progress"];
  return table(
    [...header, "worst drift", "log pending"],
    pods.map(({ state, service }) => [
      ...[state.name, printable(state.text, stateWidth), String(state.restarts)],
      ...[ageText(state.creationTime, now), state.node ?? "-", (state.modelId ?? "-").slice(0, idWidth)],
      ...(typeof service === "string"
        ? ["-", "-", "-", "-", "-"]
        : metricCells(service.status, service.requestsInProgress)),
    ]),
  );
}

const stateWidth = 60;
/** Enough to tell models apart. */
const idWidth = 8;

function metricCells(status: ServiceStatus, requestsInProgress: number): string[] {
  const { answered, slowest_p99_ms, worst_drift, log_pending } = podMetrics(status);
  return [
    String(answered),
    slowest_p99_ms === null ? "-" : metricText(slowest_p99_ms),
    String(requestsInProgress),
    worst_drift === null ? "-" : `${worst_drift.name} ${worst_drift.psi.toFixed(2)}`,
    log_pending === null ? "-" : String(log_pending),
  ];
}

/** A pod in a line. */
function podMetrics({ requests, drift, prediction_log: log }: ServiceStatus) {
  const largest = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const drifts = [...drift.features, ...(drift.prediction === null ? [] : [drift.prediction])].flatMap(
    ({ name, psi }) => (psi === null ? [] : [{ name, psi }]),
  );
  return {
    answered: requests.reduce((sum, route) => sum + route.answered, 0),
    slowest_p99_ms: largest(requests.map(({ p99_ms }) => p99_ms)),
    worst_drift: drifts.toSorted((a, b) => b.psi - a.psi)[0] ?? null,
    log_pending: largest(log.map(({ pending }) => pending)),
  };
}

function revisionsText({ revisions }: ReleaseStatus, now: number): string {
  return table(
    ["revision", "age", "status", "model", "", "image", ""],
    revisions.toReversed().map(({ revision, updated, status, content, description }) => [
      ...[String(revision), ageText(updated, now), status],
      ...(content === undefined
        ? ["-", "", "-"]
        : [
            `${content.model.name} ${content.model.version}`,
            content.model.id.slice(0, idWidth),
            digestText(content.image),
          ]),
      // That of a deploy says the model once more.
      description.startsWith("model ") ? "" : printable(description, stateWidth),
    ]),
  );
}

/** `sha256:` and what tells it apart. */
function digestText(image: string): string {
  const [, digest = image] = image.split("@");
  return digest.slice(0, "sha256:".length + 12);
}

function ageText(from: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(from ?? "")) / 1000));
  if (Number.isNaN(seconds)) return "-";
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  const [unit, size] = units.find(([, each]) => seconds >= 2 * each) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** The same for programs. */
export function releaseJson(found: ReleaseStatus): object {
  const { release, namespace, isReady, replicas, autoscaler, revisions, pods, addresses } = found;
  const last = revisions.at(-1);
  return {
    ...{ release, namespace, ready: isReady, revision: last?.revision ?? null, status: last?.status ?? null },
    ...{
      chart: last?.chart ?? null,
      model: last?.content?.model ?? null,
      image: last?.content?.image ?? null,
    },
    ...{ urls: addresses?.urls ?? [], replicas, autoscaling: autoscaler ?? null },
    pods: pods.map(({ state, service }) => ({
      ...{ name: state.name, ready: state.isReady, of_present_revision: state.isNew, state: state.text },
      ...{ restarts: state.restarts, node: state.node ?? null, creation_time: state.creationTime ?? null },
      ...{ image: state.image, model_id: state.modelId ?? null },
      service:
        typeof service === "string"
          ? null
          : {
              ...service.status,
              ...podMetrics(service.status),
              requests_in_progress: service.requestsInProgress,
            },
      not_asked_because: typeof service === "string" ? service : null,
    })),
    revisions: revisions.map(({ content, revision, updated, status, chart, description }) => ({
      ...{ revision, updated, status, chart, description },
      ...{ model: content?.model ?? null, image: content?.image ?? null },
    })),
  };
}
