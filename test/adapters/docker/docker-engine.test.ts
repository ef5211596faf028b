import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findContainerProgram } from "../../../adapters/docker/container-program.ts";
import { dockerEngine } from "../../../adapters/docker/docker-engine.ts";
import type { OpenRegistry } from "../../../adapters/docker/docker-push.ts";
import { type Dockerfile, findDockerfile } from "../../../adapters/docker/dockerfiles.ts";
import { makeImage } from "../../../adapters/oci/image.ts";
import { openImageCache } from "../../../adapters/oci/image-cache.ts";
import { writeLayout } from "../../../adapters/oci/layout.ts";
import { writeLoadArchive } from "../../../adapters/oci/load-archive.ts";
import { openRegistry } from "../../../adapters/oci/registry/open-registry.ts";
import type { ImagePlan } from "../../../core/image/image-plan.ts";
import { checkImageEngine } from "../../contract/image-engine.ts";
import { type DockerDaemon, dockerDaemon, dockerTools } from "../../support/dockerd.ts";
import { failure } from "../../support/failure.ts";
import { podmanStore, podmanTools } from "../../support/podman.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { tinyPlan } from "../../support/tiny-image.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const openAny: OpenRegistry = (reference) =>
  openRegistry({
    reference,
    credentials: () => Promise.resolve(undefined),
    patience: { attempts: 1, timeoutMs: 5_000 },
  });
const own = await findDockerfile("/nowhere", "production");

describe("the contract of engines", () => {
  let daemon: DockerDaemon | undefined;
  afterAll(async () => await daemon?.[Symbol.asyncDispose]());

  checkImageEngine("dockerEngine()", dockerTools, async (dir) => {
    daemon ??= await dockerDaemon();
    return dockerEngine({
      program: "docker",
      env: daemon.env,
      workDir: dir,
      dockerfile: own,
      openRegistry: openAny,
    });
  });
});

describe("the contract of engines, by Podman", () => {
  const store = podmanStore();
  afterAll(() => store[Symbol.dispose]());
  const { env } = store;
  checkImageEngine("dockerEngine()", podmanTools, (workDir) =>
    Promise.resolve(
      dockerEngine({ program: "podman", env, workDir, dockerfile: own, openRegistry: openAny }),
    ),
  );
});

describe("dockerEngine()", () => {
  let daemon: DockerDaemon;
  const canRun = dockerTools.every((tool) => missingTool(tool) === undefined);
  beforeAll(async () => {
    if (canRun) daemon = await dockerDaemon();
  });
  afterAll(async () => {
    if (canRun) await daemon[Symbol.asyncDispose]();
  });

  const engine = (workDir: string, dockerfile: Dockerfile = own) =>
    dockerEngine({ program: "docker", env: daemon.env, workDir, dockerfile, openRegistry: openAny });

  testWith(
    dockerTools,
    "builds the image that the plan says, and leaves nothing of the building",
    async () => {
      using work = tempDir();
      const plan = tinyPlan();
      const image = await engine(work.path).build(plan);
      expect(image.plan).toBe(plan);
      expect(image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(image.sizeBytes).toBeGreaterThan(1_000_000);
      const config: unknown = JSON.parse(
        daemon.docker("image", "inspect", "--format", "{{json .Config}}", image.id),
      );
      expect(config).toMatchObject({
        User: "65532:65532",
        ExposedPorts: { "8000/tcp": {} },
        Entrypoint: ["/bin/cat"],
        Cmd: ["model_bin/model.json"],
        WorkingDir: "/app",
        Labels: { "io.mlt.model.id": "1", "org.opencontainers.image.title": 'it\'s "tiny"' },
        Healthcheck: { Test: ["CMD", "/bin/cat", "/app/config.yaml"] },
        Env: expect.arrayContaining(['GREETING=a "b" $c']),
      });
      expect(daemon.docker("run", "--rm", "--network", "none", "--read-only", image.id)).toBe("model 1\n");
      expect(readdirSync(work.path)).toEqual([]);
    },
  );

  testWith(dockerTools, "makes a new layer of the model alone after training", async () => {
    using work = tempDir();
    const layers = async (model: string) => {
      const { id } = await engine(work.path).build(tinyPlan(model));
      const listed: unknown = JSON.parse(
        daemon.docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", id),
      );
      return Array.isArray(listed) ? listed.map(String) : [];
    };
    const [before, after] = [await layers("model 1\n"), await layers("model 2\n")];
    expect(before).toHaveLength(4);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).not.toBe(before[3] ?? "");
  });

  testWith(dockerTools, "builds by the project's own Dockerfile, with what lies beside it", async () => {
    using work = tempDir();
    await work.write({
      "dockerfiles/production/Dockerfile":
        'ARG BASE\nFROM $BASE\nCOPY program/ /\nCOPY extra.txt /\nENTRYPOINT ["/bin/cat", "/extra.txt"]\n',
      "dockerfiles/production/extra.txt": "mine\n",
    });
    const dockerfile = await findDockerfile(work.path, "production");
    expect(dockerfile.folder).toBe(join(work.path, "dockerfiles/production"));
    const { id } = await engine(work.path, dockerfile).build(tinyPlan());
    expect(daemon.docker("run", "--rm", id)).toBe("mine\n");
  });

  testWith(dockerTools, "gives docker's reason where it cannot build", async () => {
    using work = tempDir();
    const refusal = await failure(() =>
      engine(work.path, { text: "FROM scratch\nCOPY nothing /\n" }).build(tinyPlan()),
    );
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toStartWith('Cannot build the image: docker says "');
    expect(refusal.message).toContain("nothing");
    expect(refusal.message).not.toContain("\n");
    expect(readdirSync(work.path)).toEqual([]);
  });

  testWith(dockerTools, "refuses a base for another architecture", async () => {
    using work = tempDir();
    const foreign = process.arch === "arm64" ? "amd64" : "arm64";
    const plan: ImagePlan = { ...tinyPlan(), platform: { os: "linux", architecture: foreign } };
    const cache = await openImageCache({ folder: join(work.path, "cache") });
    const { manifest, blobs } = await makeImage(plan, { layers: [] }, cache);
    const [layout, archive] = [join(work.path, "layout"), join(work.path, "image.tar")];
    await writeLayout(layout, { manifests: [manifest], blobs });
    await writeLoadArchive(layout, manifest, ["127.0.0.1:1/foreign:1"], archive);
    daemon.docker("load", "--input", archive);
    const refusal = await failure(() =>
      engine(work.path).build(tinyPlan("model 1\n", "127.0.0.1:1/foreign:1")),
    );
    expect(refusal.message).not.toContain("\n");
    expect(refusal.exitCode).toBe(3);
    expect(refusal.message).toContain(foreign);
  });

  testWith(dockerTools, "gives docker's reason where nobody takes the image", async () => {
    using work = tempDir();
    const docker = engine(work.path);
    const image = await docker.build(tinyPlan());
    const refusal = await failure(() => docker.push(image, ["127.0.0.1:1/team/tiny:1"], { force: true }));
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toStartWith('Cannot push "127.0.0.1:1/team/tiny:1": docker says "');
    expect(refusal.message).toContain("connection refused");
  });
});

test("dockerEngine() refuses a base that is a folder", async () => {
  const docker = dockerEngine({
    program: "docker",
    env: {},
    workDir: "/nowhere",
    dockerfile: own,
    openRegistry: openAny,
  });
  const refusal = await failure(() => docker.build(tinyPlan("", "oci:base")));
  expect(refusal).toMatchObject({ exitCode: 3, message: 'Docker cannot build on the folder "oci:base"' });
});

describe("findContainerProgram()", () => {
  test("names what to install where there is nothing", async () => {
    using empty = tempDir();
    const refusal = await failure(() => findContainerProgram({ PATH: empty.path }));
    expect(refusal).toMatchObject({ exitCode: 4, message: "There is no docker and no podman on PATH" });
  });

  test("takes Podman where Docker is installed and does not answer", async () => {
    using programs = tempDir();
    await programs.write({ docker: "#!/bin/sh\necho no daemon >&2; exit 1\n", podman: "#!/bin/sh\n" });
    for (const name of ["docker", "podman"]) chmodSync(join(programs.path, name), 0o755);
    expect(await findContainerProgram({ PATH: programs.path })).toBe("podman");
    const refusal = await failure(() => findContainerProgram({ PATH: programs.path }, "docker"));
    expect(refusal.message).toBe("Cannot reach docker's engine: no daemon");
  });

  testWith(["docker"], "says that the engine does not answer", async () => {
    const env = { ...process.env, DOCKER_HOST: "unix:///nowhere/d.sock" };
    const refusal = await failure(() => findContainerProgram(env, "docker"));
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toStartWith("Cannot reach docker's engine: ");
    expect(refusal.message).toContain("unix:///nowhere/d.sock");
  });
});
