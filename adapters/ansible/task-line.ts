import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** How a task went on a host. */
export interface TaskResult {
  readonly host: string;
  readonly task: string;
  readonly state: "ok" | "changed" | "skipped" | "failed" | "unreachable";
  /** What it says; absent where it says nothing. */
  readonly message?: string;
}

/** How a whole run went on a host. */
export interface HostSummary {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
}

/** What a line of a run says. */
export type PlaybookLine =
  | { readonly kind: "start"; readonly task: string }
  | { readonly kind: "results"; readonly results: readonly TaskResult[] }
  | { readonly kind: "end"; readonly hosts: readonly HostSummary[] };

const Outcome = Type.Object({
  changed: Type.Optional(Type.Boolean()),
  msg: Type.Optional(Type.Unknown()),
  stderr: Type.Optional(Type.String()),
  results: Type.Optional(
    Type.Array(Type.Object({ failed: Type.Optional(Type.Boolean()), msg: Type.Optional(Type.Unknown()) })),
  ),
});
const Started = Type.Object({ task: Type.Object({ name: Type.String() }) });
const Ended = Type.Object({ ...Started.properties, hosts: Type.Record(Type.String(), Outcome) });
const Count = Type.Object({
  ok: Type.Integer(),
  changed: Type.Integer(),
  failures: Type.Integer(),
  unreachable: Type.Integer(),
});
const Stats = Type.Object({ stats: Type.Record(Type.String(), Count) });
const Event = Type.Object({ _event: Type.String() });

const starts: ReadonlySet<string> = new Set([
  "v2_playbook_on_task_start",
  "v2_playbook_on_handler_task_start",
]);

/** What a line that the callback `ansible.posix.jsonl` prints says; `undefined` for one that says nothing of tasks. */
export function playbookLine(line: string): PlaybookLine | undefined {
  const event = parsed(line);
  if (!Value.Check(Event, event)) return undefined;
  const name = event._event;
  if (starts.has(name) && Value.Check(Started, event)) return { kind: "start", task: event.task.name };
  if (name === "v2_playbook_on_stats" && Value.Check(Stats, event))
    return { kind: "end", hosts: summaries(event) };
  const state = /^v2_runner_on_(ok|failed|unreachable|skipped)$/.exec(name)?.[1];
  if (state === undefined || !Value.Check(Ended, event)) return undefined;
  const results = Object.entries(event.hosts).map(([host, outcome]) => ({
    host,
    task: event.task.name,
    ...resultOf(state, outcome),
  }));
  return { kind: "results", results };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Ansible prints other lines too, such as those of a program that it runs.
    return undefined;
  }
}

function summaries({ stats }: Static<typeof Stats>): HostSummary[] {
  return Object.entries(stats).map(([host, { ok, changed, failures, unreachable }]) => ({
    host,
    ok,
    changed,
    failed: failures,
    unreachable,
  }));
}

function resultOf(state: string, outcome: Static<typeof Outcome>): Pick<TaskResult, "state" | "message"> {
  const message = messageOf(outcome);
  const said = message === undefined ? {} : { message };
  if (state === "failed" || state === "unreachable" || state === "skipped") return { state, ...said };
  return { state: outcome.changed === true ? "changed" : "ok", ...said };
}

/** A loop says "One or more items failed": its first item that failed says why. */
function messageOf({ msg, stderr, results }: Static<typeof Outcome>): string | undefined {
  const item = results?.find(({ failed }) => failed === true)?.msg;
  const found = [item, msg].find((text) => typeof text === "string" && text !== "");
  // A program that failed says why itself.
  if (found === "non-zero return code" && stderr !== undefined && stderr.trim() !== "") return stderr.trim();
  return typeof found === "string" ? found : undefined;
}
