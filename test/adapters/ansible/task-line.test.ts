import { expect, test } from "bun:test";
import { playbookLine } from "../../../adapters/ansible/task-line.ts";

const line = (event: string, hosts: unknown) =>
  JSON.stringify({ _event: event, task: { name: "docker : Install Docker", id: "1" }, hosts });

test("playbookLine() reads that a task begins", () => {
  expect(playbookLine(line("v2_playbook_on_task_start", {}))).toEqual({
    kind: "start",
    task: "docker : Install Docker",
  });
});

test.each([
  ["v2_runner_on_ok", { changed: true }, { state: "changed" }],
  ["v2_runner_on_ok", { changed: false, msg: "down" }, { state: "ok", message: "down" }],
  ["v2_runner_on_skipped", { skipped: true }, { state: "skipped" }],
  ["v2_runner_on_unreachable", { msg: "No route" }, { state: "unreachable", message: "No route" }],
  [
    "v2_runner_on_failed",
    { msg: "non-zero return code", stderr: "no such snap\n" },
    { state: "failed", message: "no such snap" },
  ],
  [
    "v2_runner_on_failed",
    { msg: "One or more items failed", results: [{ failed: false }, { failed: true, msg: "no room" }] },
    { state: "failed", message: "no room" },
  ],
])("playbookLine() reads a result: %s %p", (event, outcome, expected) => {
  expect(playbookLine(line(event, { one: outcome }))).toEqual({
    kind: "results",
    results: [{ host: "one", task: "docker : Install Docker", ...expected }],
  } as never);
});

test("playbookLine() reads how the hosts fared", () => {
  const stats = {
    one: { ok: 3, changed: 1, failures: 0, unreachable: 0, skipped: 2, rescued: 0, ignored: 0 },
  };
  expect(playbookLine(JSON.stringify({ _event: "v2_playbook_on_stats", stats }))).toEqual({
    kind: "end",
    hosts: [{ host: "one", ok: 3, changed: 1, failed: 0, unreachable: 0 }],
  });
});

test.each(["", "Vault password:", "[1]", '{"_event": 3}', '{"_event": "v2_runner_on_ok"}', "null"])(
  "playbookLine() passes over %p",
  (text) => {
    expect(playbookLine(text)).toBeUndefined();
  },
);
