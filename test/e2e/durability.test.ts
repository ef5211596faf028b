import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, statfsSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { smallDisk } from "../support/small-disk.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const seconds = 1000;

/** What doctor says of the model; it checks every hash and asks the golden requests. */
async function modelState(project: TestProject): Promise<string> {
  const { stdout } = await project.mlt(["doctor", "--json"]);
  const findings: readonly { subject: string; state: string }[] = JSON.parse(stdout);
  return findings.find(({ subject }) => subject === "model")?.state ?? "absent";
}

function besideModel(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.startsWith(".model_bin"));
}

function bytesOf(dir: string): string[] {
  return readdirSync(dir).map((name) => `${name} ${readFileSync(join(dir, name), "hex")}`);
}

/** Calls back when the project's folder changes at a name, until the block ends. */
function watchFor(project: TestProject, name: RegExp, seen: () => void): Disposable {
  const watcher = watch(project.path, (_event, found) => {
    if (found !== null && name.test(found)) seen();
  });
  return { [Symbol.dispose]: () => watcher.close() };
}

test(
  "A train killed at any moment leaves a whole model, and the next train leaves nothing else",
  async () => {
    using project = copyOf(iris);
    const started = performance.now();
    succeeded(await project.mlt(["train", "--seed", "1"]));
    const duration = performance.now() - started;
    const ends = new Set<string | null>();
    // From the start of the process to beyond its end.
    for (let step = 1; step <= 20; step++) {
      const train = project.start(["train", "--seed", String(step)]);
      const timer = setTimeout(() => train.child.kill("SIGKILL"), (duration * step) / 18);
      ends.add((await train.finished).signal);
      clearTimeout(timer);
      expect(await modelState(project)).toBe("ok");
    }
    expect(ends).toContain("SIGKILL");
    succeeded(await project.mlt(["train"]));
    expect(besideModel(project.path)).toEqual([]);
    expect(await modelState(project)).toBe("ok");
  },
  60 * seconds,
);

test.each([
  ["is being written", /^\.model_bin\.new/],
  ["steps aside", /^\.model_bin\.previous/],
  ["takes its place", /^model_bin/],
])(
  "A train killed while the model %s leaves a whole model",
  async (_moment, name) => {
    using project = copyOf(iris);
    for (let round = 0; round < 5; round++) {
      const train = project.start(["train", "--seed", String(round)]);
      using _watching = watchFor(project, name, () => train.child.kill("SIGKILL"));
      await train.finished;
      expect(await modelState(project)).toBe("ok");
    }
    succeeded(await project.mlt(["train"]));
    expect(besideModel(project.path)).toEqual([]);
  },
  60 * seconds,
);

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while the model is written leaves a whole one and nothing else",
  async (signal) => {
    using project = copyOf(iris);
    for (let round = 0; round < 5; round++) {
      const train = project.start(["train", "--seed", String(round)]);
      using _watching = watchFor(project, /^\.model_bin\.new/, () => train.child.kill(signal));
      const ended = await train.finished;
      expect(["0", "130", signal]).toContain(String(ended.exitCode ?? ended.signal));
      expect(besideModel(project.path)).toEqual([]);
      expect(await modelState(project)).toBe("ok");
    }
  },
  60 * seconds,
);

test.each([
  ["waits", "await new Promise(() => setInterval(() => undefined, 1000));"],
  ["computes", "for (;;) Math.random();"],
])("SIGINT ends a train whose trainModel %s, and the old model stays", async (_name, work) => {
  using project = copyOf(iris);
  project.edit("source/model/train.ts", "export function trainModel", "export async function trainModel");
  project.edit(
    "source/model/train.ts",
    "return new LogisticRegression",
    `console.error("fitting"); ${work}\nreturn new LogisticRegression`,
  );
  const before = bytesOf(join(project.path, "model_bin"));
  const train = project.start(["train"]);
  await train.saw(/fitting/);
  train.child.kill("SIGINT");
  const { exitCode, signal } = await train.finished;
  expect(["130", "SIGINT"]).toContain(String(exitCode ?? signal));
  expect(bytesOf(join(project.path, "model_bin"))).toEqual(before);
  expect(besideModel(project.path)).toEqual([]);
});

testWith(
  ["root", "tmpfs"],
  "mlt train exits 4 on a full disk, and keeps the old model byte for byte",
  async () => {
    using project = copyOf(iris);
    using disk = smallDisk(1_000_000);
    const model = join(disk.path, "model_bin");
    await project.write({ "config.yaml": `model_bin: ${model}\n` });
    succeeded(await project.mlt(["train"]));
    const before = bytesOf(model);
    // Takes all but the room for a part of the next model.
    fill(join(disk.path, "filler"), 20_000);
    const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 4,
      stdout: "",
      stderr:
        `error: Cannot write the model to "${model}": the disk is full\n` +
        "hint: Make room and check that the folder is writable, then train again; a model in place is kept.\n",
    });
    expect(bytesOf(model)).toEqual(before);
    expect(readdirSync(disk.path).sort()).toEqual(["filler", "model_bin"]);
  },
);

/** Fills a disk up to so many bytes. */
function fill(path: string, rest: number): void {
  const { bsize, bavail } = statfsSync(dirname(path));
  writeFileSync(path, Buffer.alloc(bsize * bavail - rest));
}

test("mlt train replaces nothing where the folder above the model cannot be written", async () => {
  using project = copyOf(iris);
  await project.write({ "config.yaml": "model_bin: /proc/model_bin\n" });
  const { exitCode, stderr } = await project.mlt(["train", "--json"]);
  expect(exitCode).toBe(4);
  expect(stderr).toStartWith('error: Cannot write the model to "/proc/model_bin": ');
  expect(stderr.split("\n")).toHaveLength(3);
});
