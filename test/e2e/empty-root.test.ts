import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch, mltBinary } from "../support/mlt.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

/** What `ldd` names for the binary, and the C++ library that both native libraries link to. */
function systemLibraries(): string[] {
  const { stdout } = spawnSync("ldd", [mltBinary], { encoding: "utf8" });
  const own = Array.from(stdout.matchAll(/(\/\S+\.so\S*)/g), ([, path = ""]) => path);
  const folder = dirname(own.find((path) => path.endsWith("/libc.so.6")) ?? "");
  const cxx = ["librt.so.1", "libstdc++.so.6", "libgcc_s.so.1"].map((name) => join(folder, name));
  return [...new Set([...own, ...cxx])];
}

/** A root with the binary, the system's libraries and empty folders: no shell, no certificates, no /etc. */
function emptyRoot(path: string): void {
  for (const folder of ["proc", "dev", "home", "tmp"]) mkdirSync(join(path, folder));
  for (const file of systemLibraries()) {
    mkdirSync(join(path, dirname(file)), { recursive: true });
    copyFileSync(file, join(path, file));
  }
  copyFileSync(mltBinary, join(path, "mlt"));
}

testWith(
  ["root", "unshare", "chroot", "tmpfs"],
  "mlt goes from nothing to answers in a root that holds only the C libraries",
  async () => {
    using root = tempDir();
    emptyRoot(root.path);
    // Mounts of a namespace of its own: they go with the process.
    const enter = `mount -t proc proc '${root.path}/proc' && mount --rbind /dev '${root.path}/dev' && exec chroot '${root.path}' /mlt "$@"`;
    const run = (...args: readonly string[]) =>
      launch(["unshare", "--mount", "sh", "-c", enter, "sh", ...args], { cwd: "/", env: { HOME: "/home" } });
    expect((await run("init", "/p").finished).exitCode).toBe(0);
    const trained = await run("train", "--dir", "/p").finished;
    expect(trained.exitCode).toBe(0);
    const doctor = await run("doctor", "--dir", "/p", "--json").finished;
    expect(doctor.exitCode).toBe(0);
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      state: "warning",
      subject: "git",
      detail: "is missing: models do not record the commit they were made from",
      hint: "Install git with the package manager of this system, such as apt-get install git.",
    });
    const service = run("serve", "--dir", "/p", "--port", "0");
    const url = /POST (\S+)\/api/.exec(await service.saw(/POST \S+\/api/))?.[1] ?? "";
    const body = Bun.file(join(root.path, "p/tests/prediction/example_classification1.json"));
    const post = async (path: string) => {
      const headers = { "content-type": "application/json" };
      return await (await fetch(`${url}${path}`, { method: "POST", headers, body })).json();
    };
    expect(await post("/api/predictions")).toEqual([{ class_name: "setosa" }]);
    expect(await post("/api/proba_predictions")).toEqual([
      { class_names: ["setosa", "versicolor", "virginica"], probabilities: expect.any(Array) },
    ]);
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    service.child.kill("SIGTERM");
    expect((await service.finished).exitCode).toBe(0);
    const tested = await run("test", "--dir", "/p").finished;
    expect({ exitCode: tested.exitCode, failed: /^ 0 fail$/m.test(tested.stderr) }).toEqual({
      exitCode: 0,
      failed: true,
    });
  },
);
