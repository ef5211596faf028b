import type { AccessEntry } from "../../core/service/exchange.ts";
import { style } from "../output.ts";
import { errorText } from "./error-text.ts";
import { escaped, jsonText, type LogClock, type LogLevel, timeText } from "./json-lines.ts";

/** Writes one answered request as a line. */
export type RequestLine = (entry: AccessEntry) => string;

/** What is the same in all lines of a route and status, by `POST /api/predictions 200`. */
type Heads = Map<string, string>;

/** A client makes methods up: of more than these the heads are not kept. */
const maxHeads = 1_000;

/** Requests as JSON documents. Built by hand, and in part kept: it runs at every request. */
export function jsonRequestLines({ now, pid }: LogClock): RequestLine {
  const time = timeText(now);
  const heads: Heads = new Map();
  const modelMembers = jsonModel();
  const makeHead = ({ method, route, status }: AccessEntry, message: string) =>
    `","level":"${levelOf(status)}","pid":${pid},"message":${jsonText(message)},"method":${jsonText(method)},` +
    `"route":${jsonText(route)},"status":${status},"request_id":`;
  return (entry) => {
    const { requestId, durationMs, rows, model, traceparent, error } = entry;
    let line = `{"time":"${time()}${headOf(entry, heads, makeHead)}${jsonText(requestId)},"duration_ms":${microseconds(durationMs)}`;
    if (rows !== undefined) line += `,"rows":${rows}`;
    if (model !== undefined) line += modelMembers(model);
    if (traceparent !== undefined) {
      // 00-<trace id>-<span id>-<flags>
      line += `,"traceparent":"${traceparent}","trace_id":"${traceparent.slice(3, 35)}","span_id":"${traceparent.slice(36, 52)}"`;
    }
    if (error !== undefined) line += `,"error":${jsonText(errorText(error))}`;
    return `${line}}`;
  };
}

/** Requests as text for people; the stack of a 500 stands below its line, indented. */
export function prettyRequestLines({ now }: Pick<LogClock, "now">): RequestLine {
  const time = timeText(now);
  const heads: Heads = new Map();
  const makeHead = ({ method, route, status }: AccessEntry) =>
    ` ${style(colours[levelOf(status)], String(status))} ${plain(method)} ${plain(route)} `;
  return (entry) => {
    const { requestId, durationMs, rows, traceparent, error } = entry;
    const parts = [`${microseconds(durationMs)} ms`];
    if (rows !== undefined) parts.push(rows === 1 ? "1 row" : `${rows} rows`);
    parts.push(`request ${requestId}`);
    if (traceparent !== undefined) parts.push(`traceparent ${traceparent}`);
    const stack = error === undefined ? "" : `\n${indented(errorText(error))}`;
    return `${time()}${headOf(entry, heads, makeHead)}${parts.join(", ")}${stack}`;
  };
}

/** The members that name the model; it seldom is another. */
function jsonModel(): (model: NonNullable<AccessEntry["model"]>) => string {
  let last: AccessEntry["model"];
  let members = "";
  return (model) => {
    if (model !== last) {
      last = model;
      members = `,"model_id":${jsonText(model.id)},"model_version":${jsonText(model.version)}`;
    }
    return members;
  };
}

const colours = { info: "green", warn: "yellow", error: "red" } as const;

function headOf(
  entry: AccessEntry,
  heads: Heads,
  make: (entry: AccessEntry, message: string) => string,
): string {
  const message = `${entry.method} ${entry.route} ${entry.status}`;
  const known = heads.get(message);
  if (known !== undefined) return known;
  const head = make(entry, message);
  if (heads.size < maxHeads) heads.set(message, head);
  return head;
}

function levelOf(status: number): LogLevel {
  return status >= 500 ? "error" : status >= 400 ? "warn" : "info";
}

/** Milliseconds, to the microsecond. */
function microseconds(durationMs: number): number {
  return Math.round(durationMs * 1_000) / 1_000;
}

/** A message that pretends to be a line of the log is seen to be none. */
function indented(text: string): string {
  return plain(text).replace(/^/gm, "    ");
}

/** Without what a terminal would act on; line ends stay. */
function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u2028\u2029]/gu, escaped);
}
