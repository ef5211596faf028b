import { expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { watchFiles } from "../../adapters/watch-files.ts";
import { launch } from "../support/mlt.ts";
import { tempDir } from "../support/temp-dir.ts";
import { never, watched } from "../support/watched.ts";

const model = { "bin/model.json": "1", "bin/model.onnx": "one" };

/** Each change is made at once; with the events of the file system alone, and by looking alone. */
const changes: readonly [name: string, change: (dir: string) => void, told: readonly string[]][] = [
  [
    "the folder is swapped by two renames, as mlt train does",
    (dir) => {
      mkdirSync(join(dir, ".new"));
      writeFileSync(join(dir, ".new/model.json"), "2");
      writeFileSync(join(dir, ".new/model.onnx"), "two");
      renameSync(join(dir, "bin"), join(dir, ".previous"));
      renameSync(join(dir, ".new"), join(dir, "bin"));
      rmSync(join(dir, ".previous"), { recursive: true });
    },
    ["bin/model.json", "bin/model.onnx"],
  ],
  [
    "files are copied into it one after the other",
    (dir) => {
      writeFileSync(join(dir, "bin/model.json"), "2");
      writeFileSync(join(dir, "bin/model.onnx"), "tw");
      appendFileSync(join(dir, "bin/model.onnx"), "o");
      writeFileSync(join(dir, "bin/report.html"), "new");
    },
    ["bin/model.json", "bin/model.onnx", "bin/report.html"],
  ],
  [
    "a file is replaced by a rename, as editors do",
    (dir) => {
      writeFileSync(join(dir, "bin/.model.json.tmp"), "2");
      renameSync(join(dir, "bin/.model.json.tmp"), join(dir, "bin/model.json"));
    },
    ["bin/model.json"],
  ],
  [
    "a file changes within as many bytes",
    (dir) => writeFileSync(join(dir, "bin/model.onnx"), "two"),
    ["bin/model.onnx"],
  ],
  ["a file goes", (dir) => unlinkSync(join(dir, "bin/model.onnx")), ["bin/model.onnx"]],
  [
    "the folder goes",
    (dir) => rmSync(join(dir, "bin"), { recursive: true }),
    ["bin/model.json", "bin/model.onnx"],
  ],
];

for (const [name, change, told] of changes) {
  test(`watchFiles() tells once, by the events of the file system, that ${name}`, async () => {
    using dir = tempDir();
    await dir.write(model);
    await using watch = await watched(dir.path, ["bin"], { pollMs: never });
    change(dir.path);
    expect(await watch.next()).toEqual(told);
    await dir.write({ "bin/later": "" });
    expect(await watch.next()).toContain("bin/later");
  });
}

test("watchFiles() tells of a folder that comes, goes and comes again", async () => {
  using dir = tempDir();
  await using watch = await watched(dir.path, ["bin"], { pollMs: never });
  for (let round = 0; round < 3; round++) {
    mkdirSync(join(dir.path, "bin"));
    writeFileSync(join(dir.path, "bin/model.json"), "1");
    expect(await watch.next()).toEqual(["bin/model.json"]);
    rmSync(join(dir.path, "bin"), { recursive: true });
    expect(await watch.next()).toEqual(["bin/model.json"]);
  }
});

test("watchFiles() tells when the folder is a link that is led elsewhere", async () => {
  using dir = tempDir();
  await dir.write({ "one/model.json": "1", "two/model.json": "2" });
  symlinkSync("one", join(dir.path, "bin"));
  await using watch = await watched(dir.path, ["bin"], { pollMs: never });
  symlinkSync("two", join(dir.path, "bin.new"));
  renameSync(join(dir.path, "bin.new"), join(dir.path, "bin"));
  expect(await watch.next()).toEqual(["bin/model.json"]);
  await dir.write({ "two/model.json": "3" });
  expect(await watch.next()).toEqual(["bin/model.json"]);
});

test("watchFiles() tells when a volume of Kubernetes swaps its link ..data", async () => {
  using dir = tempDir();
  await dir.write({ "bin/..1/model.json": "1", "bin/..2/model.json": "2" });
  symlinkSync("..1", join(dir.path, "bin/..data"));
  symlinkSync("..data/model.json", join(dir.path, "bin/model.json"));
  await using watch = await watched(dir.path, ["bin"], { pollMs: never });
  symlinkSync("..2", join(dir.path, "bin/..data_tmp"));
  renameSync(join(dir.path, "bin/..data_tmp"), join(dir.path, "bin/..data"));
  rmSync(join(dir.path, "bin/..1"), { recursive: true });
  expect(await watch.next()).toContain("bin/model.json");
});

test("watchFiles() tells by looking where the file system gives no events", async () => {
  using dir = tempDir();
  await dir.write({ "elsewhere/model.json": "1" });
  mkdirSync(join(dir.path, "bin"));
  // Nobody listens to the folder of the file itself.
  symlinkSync("../elsewhere/model.json", join(dir.path, "bin/model.json"));
  await using watch = await watched(dir.path, ["bin"], { pollMs: 10 });
  await dir.write({ "elsewhere/model.json": "2" });
  expect(await watch.next()).toEqual(["bin/model.json"]);
});

test("watchFiles() tells of files and folders inside of folders, and of a file by itself", async () => {
  using dir = tempDir();
  await dir.write({ "source/data/rows.csv": "1", "config.yaml": "" });
  await using watch = await watched(dir.path, ["source", "config.yaml", ".env"], { pollMs: never });
  await dir.write({ "source/data/rows.csv": "2" });
  expect(await watch.next()).toEqual(["source/data/rows.csv"]);
  await dir.write({ "config.yaml": "a: 1" });
  expect(await watch.next()).toEqual(["config.yaml"]);
  await dir.write({ ".env": "A=1" });
  expect(await watch.next()).toEqual([".env"]);
  mkdirSync(join(dir.path, "source/more/deep"), { recursive: true });
  writeFileSync(join(dir.path, "source/more/deep/file.ts"), "");
  expect(await watch.next()).toEqual(["source/more/deep/file.ts"]);
  await dir.write({ "source/more/deep/file.ts": "1" });
  expect(await watch.next()).toEqual(["source/more/deep/file.ts"]);
});

test("watchFiles() takes no notice of what does not count, nor of files beside those watched", async () => {
  using dir = tempDir();
  await dir.write({ "source/train.ts": "1" });
  const counts = (name: string) => name !== "node_modules";
  await using watch = await watched(dir.path, ["source"], { pollMs: never, counts });
  await dir.write({ "source/node_modules/a/index.js": "1", "beside/file": "1", file: "1" });
  await dir.write({ "source/train.ts": "2" });
  expect(await watch.next()).toEqual(["source/train.ts"]);
});

test("watchFiles() follows a link back to a folder above no further", async () => {
  using dir = tempDir();
  await dir.write({ "source/train.ts": "1" });
  symlinkSync("..", join(dir.path, "source/up"));
  await using watch = await watched(dir.path, ["source"], { pollMs: never });
  await dir.write({ "source/train.ts": "2" });
  expect(await watch.next()).toContain("source/train.ts");
});

test("watchFiles() tells after a call of onChange what changed during it, and close() waits for the call", async () => {
  using dir = tempDir();
  await dir.write({ a: "1" });
  const calls: string[][] = [];
  const began: (() => void)[] = [];
  const ends: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => began.push(resolve));
  const first = next();
  const watch = await watchFiles({
    paths: [join(dir.path, "a"), join(dir.path, "b")],
    quietMs: 20,
    pollMs: never,
    onChange: (changed) => {
      calls.push(changed.map((path) => path.slice(dir.path.length + 1)));
      began.shift()?.();
      return new Promise((end) => ends.push(end));
    },
  });
  await dir.write({ a: "2" });
  await first;
  await dir.write({ a: "3", b: "1" });
  const second = next();
  ends.shift()?.();
  await second;
  expect(calls).toEqual([["a"], ["a", "b"]]);
  let closed = false;
  const closing = watch.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  ends.shift()?.();
  await closing;
});

test("close() during a look leaves nothing that keeps the process from ending", async () => {
  using dir = tempDir();
  await dir.write(model);
  const script = `
    const { watchFiles } = await import(${JSON.stringify(join(import.meta.dirname, "../../adapters/watch-files.ts"))});
    for (let round = 0; round < 20; round++) {
      const watch = await watchFiles({ paths: [${JSON.stringify(join(dir.path, "bin"))}], onChange: async () => {} });
      // The first look begins with the timers.
      await new Promise((turn) => setTimeout(turn, 0));
      await watch.close();
    }
    console.error("closed");
  `;
  const { finished } = launch([process.execPath, "-e", script], { cwd: dir.path });
  expect(await finished).toMatchObject({ exitCode: 0, stderr: "closed\n" });
});
