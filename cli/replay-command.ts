import { ExitCode } from "../core/errors.ts";
import type { RecordQuery } from "../core/prediction-log/record-query.ts";
import { print, printJson, progressBar, say, warn } from "./output.ts";
import type { SinkName } from "./project/logging-sinks.ts";
import type { Project } from "./project/open-project.ts";
import { goOnCommand, recordsText, replayLog } from "./project/replay-log.ts";

export interface ReplayFlags {
  readonly to: SinkName;
  readonly query: RecordQuery;
  readonly json: boolean;
}

/** Sends records once more, tells how far that has come, and ends behind a whole batch at Ctrl-C. @returns the exit code */
export async function replayCommand(project: Project, { to, query, json }: ReplayFlags): Promise<number> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  const { signal } = interrupt;
  const replayed = await replayLog(project, {
    to,
    query,
    signal,
    progress: progressBar,
    onRetry: ({ message }) => say(`${message}; trying again`),
  });
  const { sent, refused, reason, goOn } = replayed;
  if (refused > 0)
    warn(`${to} refused ${refused} of them (${reason}); set aside in dead-letter-${to}.ndjson`);
  if (json) printJson({ to, sent, refused, ...(goOn === undefined ? {} : { go_on: goOn }) });
  else print(`Sent ${recordsText(sent)} to ${to}`);
  if (goOn === undefined) return ExitCode.done;
  say(`Interrupted; go on with ${goOnCommand(goOn, { to, query })}`);
  return ExitCode.interrupted;
}
