import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { testWith } from "../support/tools.ts";

const adapter = resolve(import.meta.dirname, "../../adapters/idle-priority.ts");

/** Nice value and scheduling policy (fields 19 and 41 of proc_pid_stat(5)) of a process that has called the function. */
function paceAfter(call: string): { readonly nice: number; readonly policy: number } {
  const script = `
    import { readFileSync } from "node:fs";
    import { ${call} } from ${JSON.stringify(adapter)};
    ${call}();
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
    console.log(JSON.stringify({ nice: Number(fields[16]), policy: Number(fields[38]) }));`;
  const { stdout } = spawnSync(process.execPath, ["--eval", script], { encoding: "utf8" });
  return JSON.parse(stdout);
}

testWith(["linux"], "runWhenIdle() leaves the machine to whoever wants it", () => {
  // SCHED_IDLE of sched(7).
  expect(paceAfter("runWhenIdle")).toEqual({ nice: 10, policy: 5 });
});

testWith(["linux"], "runBesideOthers() takes a small share of the machine", () => {
  expect(paceAfter("runBesideOthers")).toEqual({ nice: 10, policy: 0 });
});
