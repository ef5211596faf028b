import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../adapters/run-program.ts";
import { tempDir } from "../support/temp-dir.ts";

test("runProgram() ends what it runs where a signal ends mlt", async () => {
  using dir = tempDir();
  const module = join(import.meta.dir, "../../adapters/run-program.ts");
  // The shell becomes what sleeps, so that its id is that of the program.
  const push = `echo $$ >${dir.path}/new; mv ${dir.path}/new ${dir.path}/pid; exec sleep 60`;
  const script = `
    import { existsSync } from "node:fs";
    import { runProgram } from "${module}";
    void runProgram("sh", ["-c", ${JSON.stringify(push)}], { env: process.env });
    while (!existsSync("${dir.path}/pid")) await new Promise((done) => setTimeout(done, 5));
    process.kill(process.pid, "SIGTERM");
  `;
  await dir.write({ "push.ts": script });
  const { signal } = spawnSync(process.execPath, [join(dir.path, "push.ts")], { timeout: 10_000 });
  expect(signal).toBe("SIGTERM");
  const pid = Number(readFileSync(join(dir.path, "pid"), "utf8"));
  const isRunning = () => spawnSync("sh", ["-c", `kill -0 ${pid}`]).status === 0;
  const deadline = performance.now() + 5_000;
  while (isRunning() && performance.now() < deadline) await new Promise((done) => setTimeout(done, 10));
  expect(isRunning()).toBe(false);
});

test("runProgram() gives it what it reads, and goes on where it reads nothing", async () => {
  const input = "x".repeat(1_000_000);
  expect(await runProgram("wc", ["-c"], { env: process.env, input })).toMatchObject({ stdout: "1000000\n" });
  expect(await runProgram("true", [], { env: process.env, input })).toMatchObject({ exitCode: 0 });
});

test("runProgram() ends it when it is called off", async () => {
  const signal = AbortSignal.timeout(50);
  expect(await runProgram("sleep", ["60"], { env: process.env, signal })).toMatchObject({ exitCode: 143 });
});

test("runProgram() waits for nobody who will not end", async () => {
  const signal = AbortSignal.timeout(50);
  const started = performance.now();
  // The first keeps the pipes of a shell that has ended; the second takes no notice of SIGTERM.
  const leaves = runProgram("sh", ["-c", "sleep 20 & wait"], { env: process.env, signal });
  const ignores = 'trap "" TERM; while :; do read -r _ <>/dev/zero; done';
  const stays = runProgram("bash", ["-c", ignores], { env: process.env, signal, cleanUpMs: 200 });
  expect(await leaves).toMatchObject({ exitCode: 143 });
  expect(await stays).toMatchObject({ exitCode: 137 });
  expect(performance.now() - started).toBeLessThan(10_000);
});
