import { expect, test } from "bun:test";
import { lineProcess } from "../../adapters/line-process.ts";

function sh(script: string, env = {}) {
  const lines: string[] = [];
  const said = new Map<string, () => void>();
  const process = lineProcess({
    command: ["/bin/sh", "-c", script],
    env,
    onLine: (line) => {
      lines.push(line);
      said.get(line)?.();
    },
  });
  return { ...process, lines, saw: (line: string) => new Promise<void>((seen) => said.set(line, seen)) };
}

test.each([
  ["exit 0", 0],
  ["exit 3", 3],
  ["kill -KILL $$", 137], // 128 + 9
])("lineProcess() ends as %p does: %p", async (script, code) => {
  expect(await sh(script).ended).toBe(code);
});

test("lineProcess() tells every line of stdout and of stderr before it has ended", async () => {
  const { ended, lines } = sh("echo one; echo; echo two >&2; printf three");
  await ended;
  expect(lines.toSorted()).toEqual(["", "one", "three", "two"]);
});

test("lineProcess() gives the program no other environment, and nothing to read", async () => {
  const { ended, lines } = sh('read answer || echo "$NAME$HOME"', { NAME: "ada" });
  expect(await ended).toBe(0);
  expect(lines).toEqual(["ada"]);
});

test("lineProcess() rejects when there is no such program", async () => {
  const { ended } = lineProcess({ command: ["/absent/program"], env: {}, onLine: () => undefined });
  await expect(ended).rejects.toThrow("ENOENT");
});

test("end() of a lineProcess() lets the program clean up after SIGTERM", async () => {
  const { ended, end, lines, saw } = sh("trap 'echo cleaned; exit 5' TERM; echo ready; while :; do :; done");
  await saw("ready");
  await end(60_000);
  expect(lines).toEqual(["ready", "cleaned"]);
  expect(await ended).toBe(5);
});

test("end() of a lineProcess() kills a program that takes no notice of SIGTERM", async () => {
  const { ended, end, saw } = sh("trap '' TERM; echo ready; while :; do :; done");
  await saw("ready");
  await end(10);
  expect(await ended).toBe(137); // 128 + 9
});

test("end() of a lineProcess() that has ended resolves", async () => {
  const { ended, end } = sh("exit 0");
  await ended;
  await end(60_000);
});
