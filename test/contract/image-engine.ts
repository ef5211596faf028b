import { expect } from "bun:test";
import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { ImageEngine } from "../../core/ports.ts";
import { freePort } from "../../ops/build/free-port.ts";
import { type DockerRegistry, dockerRegistry, registryTools } from "../support/docker-registry.ts";
import { failure } from "../support/failure.ts";
import { type TempDir, tempDir } from "../support/temp-dir.ts";
import { tinyPlan } from "../support/tiny-image.ts";
import { testWith } from "../support/tools.ts";

/** What every engine that builds images does, looked at in a real registry by programs that are not ours. */
export function checkImageEngine(
  name: string,
  tools: readonly string[],
  open: (dir: string) => Promise<ImageEngine>,
): void {
  const needed = [...tools, ...registryTools, "root", "linux", "skopeo", "umoci", "chroot"];
  const check = (
    what: string,
    work: (engine: ImageEngine, registry: DockerRegistry, dir: TempDir) => Promise<void>,
  ) =>
    testWith(needed, `${name} ${what}`, async () => {
      using dir = tempDir();
      await using registry = await dockerRegistry(dir.path);
      await registry.start();
      const engine = await open(dir.path);
      try {
        await work(engine, registry, dir);
      } finally {
        await engine.close();
        await engine.close();
      }
    });

  check(
    "builds the image that was planned, with its files, owners and settings",
    async (engine, registry, dir) => {
      const reference = `${registry.host}/team/tiny:1`;
      await engine.push(await engine.build(tinyPlan()), [reference], { force: false });
      const { runtime } = tinyPlan();
      const config: unknown = JSON.parse(
        skopeo("inspect", "--config", "--tls-verify=false", `docker://${reference}`),
      );
      expect(config).toMatchObject({
        os: "linux",
        architecture: tinyPlan().platform.architecture,
        config: {
          User: "65532:65532",
          ExposedPorts: { "8000/tcp": {} },
          Env: expect.arrayContaining(['GREETING=a "b" $c']),
          Entrypoint: runtime.entrypoint,
          Cmd: runtime.cmd,
          WorkingDir: "/app",
          Labels: runtime.labels,
        },
      });
      const root = unpacked(reference, dir.path);
      expect(modeOf(root, "bin/cat")).toEqual({ mode: "755", uid: 0 });
      expect(modeOf(root, "app/config.yaml")).toEqual({ mode: "644", uid: 0 });
      expect(modeOf(root, "var/lib/mlt/spool").uid).toBe(65_532);
      const { stdout } = spawnSync("chroot", [root, "/bin/cat", "/app/model_bin/model.json"], {
        encoding: "utf8",
      });
      expect(stdout).toBe("model 1\n");
    },
  );

  check("says the digest under which the registry has the image, for each name", async (engine, registry) => {
    const references = [`${registry.host}/team/tiny:1`, `${registry.host}/team/tiny:latest`];
    const pushed = await engine.push(await engine.build(tinyPlan()), references, { force: false });
    expect(pushed.map(({ reference }) => reference)).toEqual(references);
    for (const { reference, digest } of pushed) expect(digest).toBe(digestOf(reference));
  });

  check(
    "uploads nothing the second time, and a model that was trained anew alone",
    async (engine, registry) => {
      const push = async (model: string, tag: string) => {
        const before = uploads(registry);
        const image = await engine.build(tinyPlan(model));
        await engine.push(image, [`${registry.host}/team/tiny:${tag}`], { force: false });
        return uploads(registry) - before;
      };
      expect(await push("model 1\n", "1")).toBeGreaterThan(3);
      expect(await push("model 1\n", "1")).toBe(0);
      // The layer of the model, the configuration, and a list of what is inside where the engine makes one.
      expect(await push("model 2\n", "2")).toBeLessThanOrEqual(3);
    },
  );

  check("takes no tag from another image, unless it is told to", async (engine, registry) => {
    const reference = `${registry.host}/team/tiny:1`;
    await engine.push(await engine.build(tinyPlan("model 1\n")), [reference], { force: false });
    const first = digestOf(reference);
    const other = await engine.build(tinyPlan("model 2\n"));
    const free = `${registry.host}/team/tiny:free`;
    const refusal = await failure(() => engine.push(other, [free, reference], { force: false }));
    expect(refusal.exitCode).toBe(3);
    expect(refusal.message).toStartWith(`Cannot push "${reference}": it is another image already`);
    expect(digestOf(reference)).toBe(first);
    expect(hasTag(free)).toBe(false);
    const [pushed] = await engine.push(other, [reference], { force: true });
    expect(pushed?.digest).not.toBe(first);
    expect(digestOf(reference)).toBe(pushed?.digest ?? "");
  });

  check("fails in one line where there is no registry", async (engine) => {
    const reference = `127.0.0.1:${await freePort()}/team/tiny:1`;
    const image = await engine.build(tinyPlan());
    const refusal = await failure(() => engine.push(image, [reference], { force: false }));
    expect(refusal.exitCode).toBe(4);
    expect(refusal.message).toContain("127.0.0.1:");
    expect(refusal.message).not.toContain("\n");
  });
}

/** Blobs that the registry took so far. */
function uploads(registry: DockerRegistry): number {
  return registry.requests().filter((request) => /^PUT \S+\/blobs\/uploads\//.test(request)).length;
}

function skopeo(...args: readonly string[]): string {
  return execFileSync("skopeo", args, { encoding: "utf8" });
}

function digestOf(reference: string): string {
  return skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", `docker://${reference}`).trim();
}

function hasTag(reference: string): boolean {
  return spawnSync("skopeo", ["inspect", "--tls-verify=false", `docker://${reference}`]).status === 0;
}

function unpacked(reference: string, dir: string): string {
  const layout = join(dir, "pulled");
  skopeo("copy", "--quiet", "--src-tls-verify=false", `docker://${reference}`, `oci:${layout}:1`);
  execFileSync("umoci", ["unpack", "--image", `${layout}:1`, join(dir, "bundle")], { stdio: "ignore" });
  return join(dir, "bundle", "rootfs");
}

function modeOf(root: string, path: string): { mode: string; uid: number } {
  const { mode, uid } = statSync(join(root, path));
  return { mode: (mode & 0o7777).toString(8), uid };
}
