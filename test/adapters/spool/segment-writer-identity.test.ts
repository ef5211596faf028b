import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { isAlive, thisWriter } from "../../../adapters/spool/segment-writer-identity.ts";
import { deadPid } from "../../support/dead-process.ts";

test("this process is alive, and one that has ended is not", () => {
  expect(isAlive(thisWriter())).toBe(true);
  expect(isAlive({ ...thisWriter(), pid: deadPid() })).toBe(false);
});

test("a process of the same id that was started at another time, or in another boot, is another", () => {
  const { pid, started = "" } = thisWriter();
  const [boot, ticks] = started.split("/");
  expect(isAlive({ pid, started: `${boot}/${Number(ticks) - 1}` })).toBe(false);
  expect(isAlive({ pid, started: `00000000-0000-4000-8000-000000000000/${ticks}` })).toBe(false);
});

test("where a writer did not know its start, its id must do", () => {
  expect(isAlive({ pid: process.pid })).toBe(true);
  expect(isAlive({ pid: deadPid() })).toBe(false);
});

test("a process that was killed and not waited for yet is not alive", async () => {
  // The shell starts one, says its id, and becomes a program that waits for nobody.
  const shell = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(shell.stdout, "data");
  const pid = Number(String(said));
  const fields = () => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  };
  const [boot] = (thisWriter().started ?? "").split("/");
  const writer = { pid, started: `${boot}/${fields()[19]}` };
  expect(isAlive(writer)).toBe(true);
  process.kill(pid, "SIGKILL");
  while (fields()[0] !== "Z");
  expect(isAlive(writer)).toBe(false);
  shell.kill("SIGKILL");
  await once(shell, "exit");
});
