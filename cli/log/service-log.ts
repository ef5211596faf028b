import { Writable } from "node:stream";
import type { Config } from "../../core/config/schema.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { AccessEntry } from "../../core/service/exchange.ts";
import { isProbe } from "../../core/service/probes.ts";
import { plainVoice, speakWith, type Voice } from "../output.ts";
import { jsonLines } from "./json-lines.ts";
import { LineWriter } from "./line-writer.ts";
import { jsonRequestLines, prettyRequestLines } from "./request-lines.ts";

type LogFormat = Config["serve"]["log_format"];
type AccessLog = Config["serve"]["access_log"];

/** All that a service says on stderr, one line after the other. */
export interface ServiceLog {
  /** Changes the format, as config.yaml has it. */
  setFormat(format: LogFormat): void;
  /** Tells that the service answers: as one line in JSON, in the words of `tellPeople` as text. */
  started(url: string, model: Pick<ModelCard, "id" | "name" | "version">, tellPeople: () => void): void;
  /** What is called for every answered request. */
  requests(accessLog: AccessLog): (entry: AccessEntry) => void;
  /** Lines that were dropped so far, because nobody read stderr. */
  dropped(): number;
  /** Waits up to `timeoutMs` until every line is out. @returns false where some are not */
  drain(timeoutMs: number): Promise<boolean>;
}

const clock = { now: () => Date.now(), pid: process.pid };
const jsonLine = jsonLines(clock);

/** Opens the log on stderr; messages of every part of `mlt` are lines of it from then on. */
export function openServiceLog(format: LogFormat): ServiceLog {
  let isJson = false;
  const writer = new LineWriter(process.stderr, { dropLine: (count) => dropLine(count, isJson) });
  const write = (line: string) => {
    writer.write(line);
    // A message is rare, and may be the last one.
    writer.flush();
  };
  const setFormat = (wanted: LogFormat) => {
    isJson = wanted === "auto" ? process.stderr.isTTY !== true : wanted === "json";
    speakWith(isJson ? jsonVoice(write) : plainVoice(write));
  };
  setFormat(format);
  process.on("exit", () => writer.flush());
  return {
    setFormat,
    started(url, { id, name, version }, tellPeople) {
      if (!isJson) tellPeople();
      else
        write(jsonLine("info", `Serving ${name} ${version}`, { url, model_id: id, model_version: version }));
    },
    requests(accessLog) {
      const line = isJson ? jsonRequestLines(clock) : prettyRequestLines(clock);
      return (entry) => {
        if (isLogged(accessLog, entry)) writer.write(line(entry));
      };
    },
    dropped: () => writer.dropped,
    drain: (timeoutMs) => writer.drain(timeoutMs),
  };
}

/** The format before config.yaml is read, for what is wrong with it. */
export function earlyFormat(flag: string | undefined): LogFormat {
  const wanted = flag ?? process.env["MLT_SERVE__LOG_FORMAT"];
  return wanted === "json" || wanted === "pretty" ? wanted : "auto";
}

function isLogged(accessLog: AccessLog, { status, route, error }: AccessEntry): boolean {
  if (error !== undefined) return true;
  if (accessLog === "none") return false;
  return status >= 400 || (accessLog === "all" && !isProbe(route));
}

/** Messages as lines of JSON; what a project's code prints is one. */
function jsonVoice(write: (line: string) => void): Voice {
  const say = (text: string) => write(jsonLine("info", text));
  return {
    say,
    warn: (text) => write(jsonLine("warn", text)),
    fail: (text, { hint, exitCode, stack }) =>
      write(jsonLine("error", text, { hint, exit_code: exitCode, error: stack })),
    console: new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        say(String(chunk).replace(/\n$/, ""));
        done();
      },
    }),
  };
}

function dropLine(count: number, isJson: boolean): string {
  const text = `${count} lines of the log were dropped: nobody read stderr`;
  return isJson ? jsonLine("warn", text, { dropped: count }) : `warning: ${text}`;
}
