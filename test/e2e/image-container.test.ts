import { afterAll, beforeAll, describe, expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerEngine } from "../../adapters/docker/docker-engine.ts";
import { dockerRunner } from "../../adapters/docker/docker-runner.ts";
import { findDockerfile } from "../../adapters/docker/dockerfiles.ts";
import { ociEngine } from "../../adapters/oci/engine.ts";
import { unpackImage } from "../../adapters/oci/unpack-image.ts";
import type { SandboxKind } from "../../adapters/sandbox/sandbox.ts";
import { sandboxRunner } from "../../adapters/sandbox/sandbox-runner.ts";
import { type ImageTest, testImage } from "../../cli/project/test-image.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { BuiltImage, ImageRunner } from "../../core/ports.ts";
import { type DockerDaemon, dockerDaemon, dockerTools } from "../support/dockerd.ts";
import { failure } from "../support/failure.ts";
import { productionImageOf } from "../support/production-image.ts";
import { cacheDir, type TestProject, trainedProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { tinyPlan, withLibraries } from "../support/tiny-image.ts";
import { missingTool, testWith } from "../support/tools.ts";

/** Nothing is pushed here. */
const noRegistry = () => {
  throw new RangeError("No registry is asked");
};

describe("testImage() with Docker", () => {
  const canRun = dockerTools.every((tool) => missingTool(tool) === undefined);
  const outerCache = process.env["MLT_CACHE_DIR"];
  let daemon: DockerDaemon;
  let project: TestProject;
  let plan: ImagePlan;
  let card: ModelCard;
  let runner: ImageRunner;
  let image: BuiltImage;

  beforeAll(async () => {
    if (!canRun) return;
    process.env["MLT_CACHE_DIR"] = cacheDir;
    project = await trainedProject();
    daemon = await dockerDaemon();
    ({ plan, card } = await productionImageOf(project));
    runner = await dockerRunner({ program: "docker", env: daemon.env, newId: randomUUID });
    image = await build(plan);
  }, 60_000);
  afterAll(async () => {
    if (!canRun) return;
    await daemon[Symbol.asyncDispose]();
    project[Symbol.dispose]();
    if (outerCache === undefined) delete process.env["MLT_CACHE_DIR"];
    else process.env["MLT_CACHE_DIR"] = outerCache;
  }, 60_000);

  const build = async (planned: ImagePlan, projectDir = "/nowhere") => {
    const dockerfile = await findDockerfile(projectDir, "production");
    return await dockerEngine({
      program: "docker",
      env: daemon.env,
      workDir: tmpdir(),
      dockerfile,
      openRegistry: noRegistry,
    }).build(planned);
  };
  const tested = (changes: Partial<ImageTest> = {}): ImageTest => ({
    ...{ runner, image, card, projectDir: project.path, readyTimeoutMs: 20_000, endTimeoutMs: 10_000 },
    ...changes,
  });
  const leftovers = () =>
    daemon.docker("ps", "--all", "--quiet") +
    daemon.docker("network", "ls", "--quiet", "--filter", "name=mlt-test");

  testWith(dockerTools, "passes the image of a model as it was trained, and leaves nothing", async () => {
    const report = await testImage(tested());
    expect(report.requests).toBe(card.golden.length + 2);
    expect(report.readyMs).toBeGreaterThan(0);
    expect(leftovers()).toBe("");
  });

  testWith(dockerTools, "runs a command in it to its end, and leaves nothing", async () => {
    const program = "/usr/local/bin/mlt";
    expect(await runner.run(image, [program, "--version"])).toEqual({ exitCode: 0, lines: ["0.1.0"] });
    const { exitCode, lines } = await runner.run(image, [program, "toString"]);
    expect([exitCode, lines[0]]).toEqual([2, "error: Unknown command toString"]);
    expect(leftovers()).toBe("");
  });

  testWith(
    dockerTools,
    "runs it read-only, without capabilities, as the image's user, on a network that leads nowhere",
    async () => {
      expect(runner.apartness).toBe(
        "read-only, without capabilities, on a network of its own that leads nowhere",
      );
      const container = await runner.start(image, () => undefined);
      const id = daemon.docker("ps", "--quiet").trim();
      const facts: unknown = JSON.parse(daemon.docker("inspect", "--format", "{{json .}}", id));
      expect(facts).toMatchObject({
        Config: { User: "65532:65532" },
        HostConfig: {
          ReadonlyRootfs: true,
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges"],
          PortBindings: {},
        },
      });
      const network = daemon.docker("inspect", "--format", "{{.HostConfig.NetworkMode}}", id).trim();
      expect(daemon.docker("network", "inspect", "--format", "{{.Internal}}", network)).toBe("true\n");
      await container.remove();
      await container.remove();
      expect(leftovers()).toBe("");
    },
  );

  testWith(
    dockerTools,
    "passes the image of the Dockerfile that a project has ejected, which says the same",
    async () => {
      using dir = tempDir();
      const own = await findDockerfile("/nowhere", "production");
      await dir.write({ "dockerfiles/production/Dockerfile": own.text });
      const ejected = await build(plan, dir.path);
      const config = ({ id }: BuiltImage): unknown =>
        JSON.parse(daemon.docker("image", "inspect", "--format", "{{json .Config}}", id));
      expect(config(ejected)).toEqual(config(image));
      expect((await testImage(tested({ image: ejected }))).requests).toBe(card.golden.length + 2);
    },
  );

  testWith(dockerTools, "leaves nothing where a signal ends mlt meanwhile", async () => {
    using dir = tempDir();
    const modules = join(import.meta.dir, "../..");
    const script = `
      import { dockerRunner } from "${modules}/adapters/docker/docker-runner.ts";
      const runner = await dockerRunner({ program: "docker", env: process.env, newId: () => "interrupted" });
      await runner.start(${JSON.stringify({ id: image.id, plan: { runtime: plan.runtime } })}, () => undefined);
      process.kill(process.pid, "SIGINT");
    `;
    await dir.write({ "start.ts": script });
    const { signal } = spawnSync(process.execPath, [join(dir.path, "start.ts")], { env: daemon.env });
    expect(signal).toBe("SIGINT");
    expect(leftovers()).toBe("");
  });

  testWith(dockerTools, "fails where an answer is not the golden one", async () => {
    const [first, ...rest] = card.golden;
    const golden = [{ ...first, row: first?.row ?? {}, probabilities: [0.2, 0.3, 0.5] }, ...rest];
    const refusal = await failure(() => testImage(tested({ card: { ...card, golden } })));
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toStartWith(
      "The image does not pass its test: The model does not answer its golden request 1 as it did when it was trained\nIt said:\n  {",
    );
    expect(leftovers()).toBe("");
  });

  testWith(dockerTools, "fails where the service refuses a request of the project", async () => {
    const path = "tests/prediction/wrong.json";
    await project.write({ [path]: '[{"sepal_length":"long"}]' });
    const refusal = await failure(() => testImage(tested()));
    expect(refusal.message).toStartWith(`The image does not pass its test: it refuses ${path} with 422\n`);
    await project.write({ [path]: "[{}]" });
  });

  testWith(dockerTools, "says why a container may not be reached that takes no connections", async () => {
    const unreached: ImageRunner = {
      ...runner,
      start: async (...args) => ({ ...(await runner.start(...args)), url: new URL("http://127.0.0.1:9") }),
    };
    const refusal = await failure(() => testImage(tested({ runner: unreached, readyTimeoutMs: 200 })));
    expect(refusal.message).toStartWith(
      "The image does not pass its test: it was not ready within 0.2 seconds: it takes no connections at 127.0.0.1:9\n",
    );
    expect(refusal.hint).toStartWith("Where the engine is on another machine");
    expect(leftovers()).toBe("");
  });

  testWith(dockerTools, "shows what a container said that ended at once", async () => {
    const cmd = ["serve", "--port", "none"];
    const broken = await build({ ...plan, runtime: { ...plan.runtime, cmd } });
    const refusal = await failure(() => testImage(tested({ image: broken })));
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toStartWith(
      "The image does not pass its test: the container ended with the code 2\nIt said:\n",
    );
    expect(refusal.message).toContain("Expected serve.port to be an integer");
    expect(leftovers()).toBe("");
  });

  testWith(dockerTools, "gives docker's reason where the image cannot be started", async () => {
    const entrypoint = ["/nothing"];
    const broken = await build({ ...plan, runtime: { ...plan.runtime, entrypoint } });
    const refusal = await failure(() => testImage(tested({ image: broken })));
    expect(refusal.message).toContain("/nothing");
    expect(leftovers()).toBe("");
  });
});

const sandboxes = [
  { kind: "chroot", tools: ["linux", "root", "unshare", "setpriv", "tmpfs", "tar"] },
  { kind: "bubblewrap", tools: ["linux", "bwrap", "tar"] },
] as const;

describe("testImage() without Docker", () => {
  const canRun = sandboxes.some(({ tools }) => tools.every((tool) => missingTool(tool) === undefined));
  const outerCache = process.env["MLT_CACHE_DIR"];
  const dir = tempDir();
  const workDir = join(dir.path, "work");
  const credentials = () => Promise.resolve(undefined);
  const engine = ociEngine({ cache: { folder: join(dir.path, "cache") }, credentials });
  let project: TestProject;
  let image: BuiltImage;
  let card: ModelCard;

  beforeAll(async () => {
    if (!canRun) return;
    process.env["MLT_CACHE_DIR"] = cacheDir;
    mkdirSync(workDir);
    project = await trainedProject();
    const planned = await productionImageOf(project);
    card = planned.card;
    image = await engine.build(planned.plan);
  }, 120_000);
  afterAll(async () => {
    await engine.close();
    dir[Symbol.dispose]();
    if (!canRun) return;
    project[Symbol.dispose]();
    if (outerCache === undefined) delete process.env["MLT_CACHE_DIR"];
    else process.env["MLT_CACHE_DIR"] = outerCache;
  }, 60_000);

  const tested = (kind: SandboxKind): ImageTest => ({
    runner: sandboxRunner({
      ...{ env: process.env, workDir, newId: randomUUID, kind },
      unpack: (built, root) => unpackImage(built, root, process.env),
    }),
    ...{ image, card, projectDir: project.path, readyTimeoutMs: 20_000, endTimeoutMs: 10_000 },
  });

  for (const { kind, tools } of sandboxes) {
    testWith(tools, `passes, by ${kind}, the image that mlt built itself, and leaves nothing`, async () => {
      const report = await testImage(tested(kind));
      expect(report.requests).toBe(card.golden.length + 2);
      expect(readdirSync(workDir)).toEqual([]);
    });

    testWith(tools, `runs a command, by ${kind}, in it to its end, and leaves nothing`, async () => {
      const command = ["/usr/local/bin/mlt", "--version"] as const;
      expect(await tested(kind).runner.run(image, command)).toEqual({ exitCode: 0, lines: ["0.1.0"] });
      expect(readdirSync(workDir)).toEqual([]);
    });

    testWith(tools, `shows, by ${kind}, what a program said that ended at once`, async () => {
      const cmd = ["serve", "--port", "none"];
      const broken = { ...image, plan: { ...image.plan, runtime: { ...image.plan.runtime, cmd } } };
      const refusal = await failure(() => testImage({ ...tested(kind), image: broken }));
      expect(refusal.message).toContain("the container ended with the code 2\n");
      expect(readdirSync(workDir)).toEqual([]);
    });

    testWith(
      tools,
      `lets a program, by ${kind}, write to no place but its spool, as the image's user`,
      async () => {
        const lines: string[] = [];
        const files = withLibraries("/bin/sh");
        const script = "cat </proc/self/status; : >/var/lib/mlt/spool/a && echo spooled; : >/app/a";
        const plan: ImagePlan = { ...tinyPlan(), layers: [...tinyPlan().layers, { name: "model", files }] };
        const built = await engine.build({
          ...plan,
          runtime: { ...plan.runtime, entrypoint: ["/bin/sh", "-c", script], cmd: [], env: { PATH: "/bin" } },
        });
        const container = await tested(kind).runner.start(built, (line) => lines.push(line));
        await container.ended;
        await container.remove();
        const said = lines.join("\n");
        expect(said).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
        expect(said).toMatch(/^CapEff:\t0{16}$/m);
        expect(said).toMatch(/^NoNewPrivs:\t1$/m);
        expect(said).toContain("\nspooled\n");
        expect(said).toEndWith("Read-only file system");
      },
    );
  }
});
