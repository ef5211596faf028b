import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import {
  type ImageParts,
  imageProgram,
  imageScriptAsset,
  ownImageParts,
} from "../../adapters/image-program.ts";
import { readArtifact } from "../../adapters/model-store.ts";
import { MltError } from "../../core/errors.ts";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";
import { neededLibraries, productionPlan } from "../../core/image/production-plan.ts";
import { freePort } from "../../ops/build/free-port.ts";
import { findTarget } from "../../ops/build/targets.ts";
import { childrenOf } from "../support/children.ts";
import { acknowledgeAll, fakeFluentd } from "../support/fake-fluentd.ts";
import { type ImageRoot, imageRoot, imageRootTools } from "../support/image-root.ts";
import { metric, until } from "../support/metric.ts";
import { mltBinary } from "../support/mlt.ts";
import { onlyCache } from "../support/only-cache.ts";
import { petalAreas } from "../support/petal-areas.ts";
import { cacheDir, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

/** What the compiled mlt carries, from where the build took it. */
const parts: ImageParts = {
  compiler: mltBinary,
  script: readFileSync(imageScriptAsset),
  nativeFolder: async (name) =>
    name === "polars"
      ? findTarget(`${process.platform}-${process.arch}`, "dist/build").polarsDir
      : join("node_modules/onnxruntime-node/bin/napi-v6", process.platform, process.arch),
};

async function planOf(project: TestProject): Promise<ImagePlan> {
  using _ = onlyCache(cacheDir);
  const artifact = await readArtifact(join(project.path, "model_bin"));
  return productionPlan({
    platform: { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" },
    base: "scratch",
    program: await imageProgram(neededLibraries(artifact), parts),
    configText: project.read("config.yaml"),
    artifact,
    mltVersion: "0.1.0",
  });
}

/** The image's own command, on a port of the test's. */
async function serving(root: ImageRoot, { runtime }: ImagePlan, env: Readonly<Record<string, string>> = {}) {
  const port = String(await freePort());
  const variables = { MLT_SERVE__PORT: port, MLT_SERVE__HOST: "127.0.0.1", ...env };
  const run = (command: readonly string[]) => root.run(command, variables);
  const started = run([...runtime.entrypoint, ...runtime.cmd]);
  await started.saw(/"url":/);
  return {
    ...started,
    url: `http://127.0.0.1:${port}`,
    health: async () => await run(runtime.healthcheck).finished,
    async [Symbol.asyncDispose]() {
      started.child.kill("SIGTERM");
      await started.finished;
    },
  };
}

const flower = [{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }];

async function predict(url: string): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(flower);
  return await (await fetch(`${url}/api/predictions`, { method: "POST", headers, body })).json();
}

testWith(
  imageRootTools,
  "An image of a small model answers from its program and the C library alone, as a user that may do nothing else",
  async () => {
    using project = await trainedProject();
    const plan = await planOf(project);
    using root = imageRoot(plan);
    await using service = await serving(root, plan, { MLT_SERVE__WORKERS: "1" });
    expect(await predict(service.url)).toEqual([{ class_name: "setosa" }]);
    expect((await fetch(`${service.url}/docs`)).status).toBe(200);
    expect((await fetch(`${service.url}/docs/assets/swagger-ui-bundle.js`)).status).toBe(200);
    expect(await service.health()).toMatchObject({ exitCode: 0, stderr: "" });
    // A container gets its /etc/hosts from outside; to read it takes what the C library brings for names.
    await root.write({ "etc/hosts": "127.0.0.1 service.example\n" });
    const named = [
      ...plan.runtime.entrypoint,
      "status",
      "--url",
      service.url.replace("127.0.0.1", "service.example"),
    ];
    expect(await root.run(named).finished).toMatchObject({ exitCode: 0, stderr: "" });
    const status = readFileSync(`/proc/${service.child.pid}/status`, "utf8");
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^CapEff:\t0{16}$/m);
    service.child.kill("SIGTERM");
    expect((await service.finished).exitCode).toBe(0);
    expect(await service.health()).toMatchObject({ exitCode: 4 });
  },
);

testWith(
  imageRootTools,
  "An image of a model with code of the project's own brings both libraries, and serves from two workers",
  async () => {
    using project = await petalAreas();
    succeeded(await project.mlt(["train"]));
    const plan = await planOf(project);
    using root = imageRoot(plan);
    await using service = await serving(root, plan, { MLT_SERVE__WORKERS: "2" });
    await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
    expect(childrenOf(service.child.pid)).toHaveLength(2);
    expect(await predict(service.url)).toEqual([{ class_name: "setosa" }]);
    expect(await service.health()).toMatchObject({ exitCode: 0, stderr: "" });
    const [worker] = childrenOf(service.child.pid);
    const maps = readFileSync(`/proc/${worker}/maps`, "utf8");
    expect(maps).toContain("/usr/local/lib/mlt/onnxruntime/libonnxruntime.so.1");
    expect(maps).toContain("/usr/local/lib/mlt/polars/");
    expect(readFileSync(`/proc/${worker}/environ`, "utf8")).toContain("ORT_DISABLE_TELEMETRY=1");
    service.child.kill("SIGTERM");
    expect((await service.finished).exitCode).toBe(0);
  },
);

testWith(
  imageRootTools,
  "An image of a small model says what it lacks when it is given a model that takes more",
  async () => {
    using small = await trainedProject();
    using other = await petalAreas();
    succeeded(await other.mlt(["train"]));
    const plan = await planOf(small);
    using root = imageRoot(plan);
    cpSync(join(other.path, "model_bin"), join(root.path, "app/model_bin"), { recursive: true });
    const { exitCode, stderr } = await root.run([...plan.runtime.entrypoint, ...plan.runtime.cmd]).finished;
    expect(exitCode).toBe(3);
    expect(stderr).toContain("This image has no onnxruntime: the model that it was built for needs none");
  },
);

testWith(
  imageRootTools,
  "An image keeps its prediction log in the one folder that its user may write to, and delivers it",
  async () => {
    using project = await trainedProject();
    const plan = await planOf(project);
    using root = imageRoot(plan);
    await using fluentd = await fakeFluentd(acknowledgeAll);
    await using service = await serving(root, plan, {
      MLT_SERVE__WORKERS: "1",
      MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
      MLT_LOGGING__FLUENTD__PORT: String(fluentd.port),
    });
    expect(await predict(service.url)).toEqual([{ class_name: "setosa" }]);
    const delivered = 'mlt_prediction_log_delivered_total{sink="fluentd"}';
    await until(async () => (await metric(service.url, delivered)) === 1);
    expect(readdirSync(join(root.path, "var/lib/mlt/spool"))).toContain("cursor-fluentd.json");
    service.child.kill("SIGTERM");
    const { exitCode, stderr } = await service.finished;
    expect({ exitCode, failed: stderr.includes("Cannot") }).toEqual({ exitCode: 0, failed: false });
  },
);

testWith(imageRootTools, "The mlt of an image offers only what works there", async () => {
  using project = await trainedProject();
  const plan = await planOf(project);
  using root = imageRoot(plan);
  const run = async (...args: readonly string[]) =>
    await root.run([...plan.runtime.entrypoint, ...args]).finished;
  const help = await run("--help");
  const verbs = Array.from(help.stdout.matchAll(/^ {2}([a-z]+) +[A-Z]/gm), ([, verb = ""]) => verb);
  expect(verbs).toEqual(["serve", "status", "logs", "config"]);
  expect(await run("train")).toMatchObject({ exitCode: 2, stdout: "" });
  const shown = await run("config", "show");
  expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
  expect(shown.stdout).toContain("/var/lib/mlt/spool");
});

test("ownImageParts() sends who runs mlt from source to the compiled one", () => {
  expect(ownImageParts).toThrow("Only the compiled mlt can make a program for an image");
});

function program(files: readonly ImageFile[]): string {
  const content = files.find(({ path }) => path === "usr/local/bin/mlt")?.content;
  if (content === undefined || content instanceof Uint8Array) throw new Error("There is no program");
  return content.source;
}

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

test("imageProgram() makes the same bytes in every folder, with no path of this machine in them", async () => {
  using first = tempDir();
  using second = tempDir();
  const madeIn = async (folder: string) => {
    using _ = onlyCache(folder);
    return program(await imageProgram([], parts));
  };
  const one = await madeIn(join(first.path, "a"));
  const other = await madeIn(join(second.path, "somewhere/deeper"));
  expect(other).not.toBe(one);
  expect(hashOf(other)).toBe(hashOf(one));
  const bytes = readFileSync(one);
  for (const path of [first.path, process.cwd()]) expect(bytes.includes(path)).toBe(false);
});

test("imageProgram() keeps the program, and makes one anew that was cut off", async () => {
  using dir = tempDir();
  using _ = onlyCache(dir.path);
  const path = program(await imageProgram([], parts));
  const { mtimeMs, size } = statSync(path);
  await imageProgram([], parts);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
  truncateSync(path, 1_000);
  await imageProgram([], parts);
  expect(statSync(path).size).toBe(size);
});

testWith(
  ["root", "tmpfs"],
  "imageProgram() says so where no disk has room for it, and leaves nothing",
  async () => {
    using disk = smallDisk(20_000_000);
    using _ = onlyCache(disk.path);
    const failure = await imageProgram([], parts).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(failure).toBeInstanceOf(MltError);
    expect(failure).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(
        /^Cannot unpack "image-program-[0-9a-f]{16}"\n( {2}\S+: [^\n]*ENOSPC[^\n]*\n?){4}$/,
      ),
    });
    expect(
      readdirSync(disk.path, { recursive: true }).filter((name) => String(name).includes("image-")),
    ).toEqual([]);
  },
);
