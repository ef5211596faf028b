import { expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  watch,
} from "node:fs";
import { join } from "node:path";
import { type Finished, mlt, mltBinary, startMlt } from "../support/mlt.ts";
import { trainedProject } from "../support/project.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

/** Two libraries, each in a folder that is named for its content. */
const unpacked = [
  expect.stringMatching(/^onnxruntime-[0-9a-f]{16}$/),
  expect.stringMatching(/^polars-[0-9a-f]{16}$/),
];

/** `mlt doctor` loads both libraries; nobody can write below /proc, not even root. */
async function doctor(env: Readonly<Record<string, string>>): Promise<Finished> {
  return await mlt(["doctor"], { cwd: "/", env: { HOME: "/proc", TMPDIR: "/proc", ...env } });
}

function cacheName(dir: string): string {
  return join(dir, `mlt-${process.getuid?.() ?? 0}`);
}

test.each<[name: string, env: (dir: string) => Record<string, string>, folder: (dir: string) => string]>([
  ["MLT_CACHE_DIR", (dir) => ({ MLT_CACHE_DIR: join(dir, "own"), HOME: dir }), (dir) => join(dir, "own")],
  ["XDG_CACHE_HOME", (dir) => ({ XDG_CACHE_HOME: dir, HOME: dir }), (dir) => join(dir, "mlt")],
  ["HOME", (dir) => ({ HOME: dir }), (dir) => join(dir, ".cache/mlt")],
  ["TMPDIR, where HOME cannot be written", (dir) => ({ TMPDIR: dir }), cacheName],
  ["TMPDIR, where HOME is no folder", (dir) => ({ HOME: mltBinary, TMPDIR: dir }), cacheName],
])("mlt unpacks its libraries below %s, and nowhere else", async (_name, env, folder) => {
  using dir = tempDir();
  const { exitCode, stdout, stderr } = await doctor(env(dir.path));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(readdirSync(folder(dir.path)).sort()).toEqual(unpacked);
  expect(readdirSync(dir.path)).toHaveLength(1);
  expect(statSync(folder(dir.path)).mode & 0o777).toBe(0o700);
  expect(stdout).toContain(folder(dir.path));
});

test("mlt says what to do where no folder can take its libraries", async () => {
  const { exitCode, stdout } = await doctor({});
  expect(exitCode).toBe(3);
  expect(stdout).toContain('✗ onnxruntime      Cannot unpack "onnxruntime-');
  expect(stdout).toContain(
    "Set MLT_CACHE_DIR to a folder that is writable, allows executables and has 200 MB free.",
  );
});

test("Ten mlt that start at once on an empty cache all work, and leave one complete set", async () => {
  using dir = tempDir();
  const runs = Array.from({ length: 10 }, () => doctor({ MLT_CACHE_DIR: dir.path }));
  for (const { exitCode, stderr } of await Promise.all(runs)) {
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  }
  expect(readdirSync(dir.path).sort()).toEqual(unpacked);
});

test("mlt replaces an unpacked library that was cut off, and keeps a whole one", async () => {
  using dir = tempDir();
  await doctor({ MLT_CACHE_DIR: dir.path });
  const libraries = () =>
    readdirSync(dir.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  const facts = () => libraries().map((path) => [path, statSync(path).size]);
  const whole = facts();
  const [first = "", ...others] = libraries();
  const times = others.filter((path) => path.includes("polars-")).map((path) => statSync(path).ino);
  truncateSync(first, 1000);
  expect((await doctor({ MLT_CACHE_DIR: dir.path })).exitCode).toBe(0);
  expect(facts()).toEqual(whole);
  expect(others.filter((path) => path.includes("polars-")).map((path) => statSync(path).ino)).toEqual(times);
});

test("mlt mends what a kill in the middle of unpacking left", async () => {
  using dir = tempDir();
  const env = { HOME: "/proc", TMPDIR: "/proc", MLT_CACHE_DIR: dir.path };
  const started = startMlt(["doctor"], { cwd: "/", env });
  await seen(dir.path, /^\./);
  started.child.kill("SIGKILL");
  expect((await started.finished).signal).toBe("SIGKILL");
  expect(readdirSync(dir.path).filter((name) => name.startsWith("."))).toHaveLength(1);
  expect((await doctor(env)).exitCode).toBe(0);
  expect(readdirSync(dir.path).sort()).toEqual(unpacked);
});

test("An interrupt in the middle of unpacking leaves nothing", async () => {
  using dir = tempDir();
  const started = startMlt(["doctor"], { cwd: "/", env: { MLT_CACHE_DIR: dir.path } });
  await seen(dir.path, /^\./);
  started.child.kill("SIGINT");
  expect((await started.finished).signal).toBe("SIGINT");
  expect(readdirSync(dir.path).filter((name) => name.startsWith("."))).toEqual([]);
});

/** Resolves when a name appears in a folder. */
async function seen(folder: string, name: RegExp): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, (_event, found) => {
    if (found !== null && name.test(found)) resolve();
  });
  if (readdirSync(folder).some((found) => name.test(found))) resolve();
  await promise;
  watcher.close();
}

testWith(["root"], "mlt loads nothing from a folder that another user made", async () => {
  using dir = tempDir();
  const planted = cacheName(dir.path);
  mkdirSync(planted, { mode: 0o777 });
  chownSync(planted, 65534, 65534);
  const { exitCode, stdout } = await doctor({ TMPDIR: dir.path });
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`${planted}: somebody else may write to it`);
  expect(readdirSync(planted)).toEqual([]);
});

testWith(
  ["root"],
  "mlt loads nothing from a folder of libraries that another user put into the cache",
  async () => {
    using dir = tempDir();
    await doctor({ MLT_CACHE_DIR: dir.path });
    const planted = join(dir.path, readdirSync(dir.path).sort()[0] ?? "");
    chownSync(planted, 65534, 65534);
    expect((await doctor({ MLT_CACHE_DIR: dir.path })).exitCode).toBe(0);
    expect(statSync(planted).uid).toBe(0);
  },
);

testWith(
  ["root", "setpriv"],
  "A user whose HOME is read-only gets the libraries in the folder for temporary files",
  () => {
    using dir = tempDir();
    chmodSync(dir.path, 0o755);
    const [home, temporary] = [join(dir.path, "home"), join(dir.path, "tmp")];
    mkdirSync(home, { mode: 0o555 });
    mkdirSync(temporary);
    chmodSync(temporary, 0o1777);
    const { status, stderr } = spawnSync(
      "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", mltBinary, "doctor"],
      { cwd: "/", env: { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: temporary }, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(home)).toEqual([]);
    expect(readdirSync(join(temporary, "mlt-65534")).sort()).toEqual(unpacked);
  },
);

testWith(
  ["root", "tmpfs"],
  "mlt exits with a reason on a full cache disk, and leaves no half library",
  async () => {
    using disk = smallDisk(20_000_000);
    using project = await trainedProject();
    const cache = join(disk.path, "cache");
    const env = { HOME: "/proc", TMPDIR: "/proc", MLT_CACHE_DIR: cache };
    const { exitCode, stdout, stderr } = await project.mlt(["predict", "tests/prediction/batch.csv"], env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toMatch(/^error: Cannot unpack "(onnxruntime|polars)-[0-9a-f]{16}"\n/);
    expect(stderr).toContain(`\n  ${cache}: ENOSPC: no space left on device`);
    expect(readdirSync(cache)).toEqual([]);
  },
);

testWith(["root", "tmpfs"], "mlt takes the next folder where the disk of the first is full", async () => {
  using disk = smallDisk(20_000_000);
  using dir = tempDir();
  const { exitCode } = await doctor({ MLT_CACHE_DIR: disk.path, TMPDIR: dir.path });
  expect(exitCode).toBe(0);
  expect(readdirSync(disk.path)).toEqual([]);
  expect(readdirSync(cacheName(dir.path)).sort()).toEqual(unpacked);
});

testWith(
  ["root", "tmpfs"],
  "mlt takes the next folder where the disk of the first forbids executables",
  async () => {
    using disk = smallDisk(300_000_000, "noexec");
    using dir = tempDir();
    expect((await doctor({ MLT_CACHE_DIR: disk.path, TMPDIR: dir.path })).exitCode).toBe(0);
    expect(readdirSync(disk.path)).toEqual([]);
    expect(readdirSync(cacheName(dir.path)).sort()).toEqual(unpacked);
  },
);

test("ONNX Runtime leaves nothing in the user's cache folder", async () => {
  using dir = tempDir();
  await doctor({ HOME: dir.path });
  expect(readdirSync(join(dir.path, ".cache"))).toEqual(["mlt"]);
  expect(existsSync(join(dir.path, ".cache/Microsoft"))).toBe(false);
});
