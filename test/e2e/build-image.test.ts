import { afterAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerRegistry, registryTools } from "../support/docker-registry.ts";
import { dockerDaemon, dockerTools } from "../support/dockerd.ts";
import { copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const seconds = 1000;
const patience = 120 * seconds;

interface Report {
  readonly references: readonly string[];
  readonly size_bytes: number;
  readonly tested: { readonly requests: number } | null;
  readonly pushed: readonly {
    readonly reference: string;
    readonly digest: string;
    readonly uploaded_bytes: number | null;
  }[];
}

async function build(
  project: TestProject,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Report> {
  return JSON.parse(succeeded(await project.mlt(["build-image", "--json", ...args], env)));
}

/** The environment of an own daemon, as a test hands it on. */
function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

describe("mlt build-image --push", () => {
  for (const engine of ["oci", "docker"]) {
    testWith(
      [...dockerTools, ...registryTools],
      `builds and tries the image by ${engine}; what Docker pulls answers`,
      async () => {
        using dir = tempDir();
        await using registry = await dockerRegistry(dir.path);
        await registry.start();
        await using daemon = await dockerDaemon();
        const env = {
          ...defined(daemon.env),
          MLT_IMAGE__REGISTRY: registry.host,
          MLT_IMAGE__REPOSITORY: "team",
        };
        const report = await build(iris, ["--engine", engine, "--push"], env);
        const reference = `${registry.host}/team/iris:0.1.0`;
        expect(report.references).toEqual([reference]);
        // The ten golden requests, and both of the project.
        expect(report.tested?.requests).toBe(12);
        expect(report.pushed.map((each) => each.reference)).toEqual([reference]);
        daemon.docker("image", "prune", "--all", "--force");
        daemon.docker("pull", reference);
        const digests = daemon.docker("image", "inspect", "--format", "{{.RepoDigests}}", reference);
        expect(digests).toContain(report.pushed[0]?.digest ?? "none");
        const answer = daemon.docker(
          "run",
          "--rm",
          "--read-only",
          "--cap-drop",
          "ALL",
          reference,
          "--version",
        );
        expect(answer.trim()).toBe("0.1.0");
      },
      patience,
    );
  }

  testWith(
    registryTools,
    "uploads nothing twice, only the model after a training, and takes no tag from another image without --force",
    async () => {
      using project = copyOf(iris);
      using dir = tempDir();
      await using registry = await dockerRegistry(dir.path);
      await registry.start();
      const env = { MLT_IMAGE__REGISTRY: registry.host };
      const push = ["--engine", "oci", "--no-test", "--push", "--tag", "a,b"];
      const uploaded = (report: Report) =>
        report.pushed.reduce((sum, { uploaded_bytes: bytes }) => sum + (bytes ?? Number.NaN), 0);
      const first = await build(project, push, env);
      expect(uploaded(first)).toBeGreaterThan(40e6);
      const again = await build(project, push, env);
      expect(uploaded(again)).toBe(0);
      expect(again.pushed.map(({ digest }) => digest)).toEqual(first.pushed.map(({ digest }) => digest));
      succeeded(await project.mlt(["train"]));
      const { exitCode, stderr } = await project.mlt(["build-image", ...push], env);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`"${registry.host}/iris:a": it is another image already`);
      const forced = await build(project, [...push, "--force"], env);
      expect(uploaded(forced)).toBeLessThan(1e6);
    },
    patience,
  );

  testWith(
    registryTools,
    "exits 4 for a registry that asks for another login, and leaves no tag",
    async () => {
      using dir = tempDir();
      await using registry = await dockerRegistry(dir.path, {
        login: { kind: "basic", username: "jenkins", password: "right" },
      });
      await registry.start();
      const env = {
        MLT_IMAGE__REGISTRY: registry.host,
        MLT_IMAGE__USERNAME: "jenkins",
        MLT_IMAGE__PASSWORD: "hunter2-wrong",
      };
      const { exitCode, stderr } = await iris.mlt(
        ["build-image", "--engine", "oci", "--no-test", "--push"],
        env,
      );
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/error: .* does not accept the name and password that it was given/);
      expect(stderr).not.toContain("hunter2");
      expect(
        registry.requests().filter((asked) => asked.startsWith("PUT") && asked.includes("manifests")),
      ).toEqual([]);
      await build(iris, ["--engine", "oci", "--no-test", "--push"], { ...env, MLT_IMAGE__PASSWORD: "right" });
    },
  );
});

testWith(
  [...registryTools, "skopeo"],
  "mlt join-images lets one tag stand for the images of two platforms",
  async () => {
    using dir = tempDir();
    await using registry = await dockerRegistry(dir.path);
    await registry.start();
    const env = { MLT_IMAGE__REGISTRY: registry.host };
    await build(iris, ["--engine", "oci", "--no-test", "--push", "--tag", "amd64"], env);
    // There is no other machine here: the same image, whose configuration says arm64.
    const other = armCopyOf(join(iris.path, ".mlt/image"), join(dir.path, "arm64"));
    const to = `docker://${registry.host}/iris`;
    const copy = ["--insecure-policy", "copy", "--dest-tls-verify=false", "--override-arch", "arm64"];
    execFileSync("skopeo", [...copy, `oci:${other}`, `${to}:arm64`]);
    const joined = await iris.mlt(["join-images", "--of", "amd64,arm64", "--tag", "0.1.0"], env);
    expect(succeeded(joined)).toMatch(/iris:0\.1\.0@sha256:[0-9a-f]{64}\n$/);
    const raw = execFileSync("skopeo", ["inspect", "--raw", "--tls-verify=false", `${to}:0.1.0`]);
    const { manifests } = JSON.parse(raw.toString());
    expect(manifests.map(({ platform }: { platform: unknown }) => platform)).toEqual([
      { architecture: "amd64", os: "linux" },
      { architecture: "arm64", os: "linux" },
    ]);
    const twice = await iris.mlt(["join-images", "--of", "amd64,amd64", "--tag", "x"], env);
    expect(twice.exitCode).toBe(3);
    expect(twice.stderr).toContain("error: Two of the images are for linux/amd64");
    using retrained = copyOf(iris);
    succeeded(await retrained.mlt(["train"]));
    await build(retrained, ["--engine", "oci", "--no-test", "--push", "--tag", "newer"], env);
    const mixed = await iris.mlt(["join-images", "--of", "newer,arm64", "--tag", "x"], env);
    expect(mixed.exitCode).toBe(3);
    expect(mixed.stderr).toContain("error: The images serve different models: ");
  },
  patience,
);

/** Copies an OCI layout; the configuration of the copy says arm64. @returns the copy, with its tag */
function armCopyOf(layout: string, copy: string): string {
  cpSync(layout, copy, { recursive: true });
  const blob = (digest: string) => join(copy, "blobs/sha256", digest.slice("sha256:".length));
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  const put = (value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    writeFileSync(blob(digest), bytes);
    return { digest, size: bytes.length };
  };
  const [{ platform: _platform, ...first }] = read(join(copy, "index.json")).manifests;
  const manifest = read(blob(first.digest));
  const config = put({ ...read(blob(manifest.config.digest)), architecture: "arm64" });
  const named = put({ ...manifest, config: { ...manifest.config, ...config } });
  const index = { schemaVersion: 2, manifests: [{ ...first, ...named }] };
  writeFileSync(join(copy, "index.json"), JSON.stringify(index));
  return `${copy}:amd64`;
}

test(
  "mlt build-image --engine oci makes the same image in another folder",
  async () => {
    using other = copyOf(iris);
    const digestOf = async (project: TestProject, cache: string) => {
      succeeded(await project.mlt(["build-image", "--engine", "oci", "--no-test"], { MLT_CACHE_DIR: cache }));
      return JSON.parse(project.read(".mlt/image/index.json")).manifests[0].digest;
    };
    using caches = tempDir();
    const digest = await digestOf(iris, join(caches.path, "a"));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digestOf(other, join(caches.path, "b"))).toBe(digest);
  },
  patience,
);

testWith(
  ["linux", "root", "unshare", "setpriv", "tmpfs", "tar"],
  "mlt build-image asks the image that it tries itself, and sends a proxy nothing of it",
  async () => {
    // Nothing listens there: whoever asks the proxy gets no answer.
    const proxy = "http://127.0.0.1:9";
    const env = { HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: "example.com", no_proxy: "" };
    expect((await build(iris, ["--engine", "oci"], env)).tested?.requests).toBe(12);
  },
  patience,
);

test("mlt join-images refuses a tag that would lead elsewhere in the registry, and asks none", async () => {
  const env = { MLT_IMAGE__REGISTRY: "registry.invalid" };
  const { exitCode, stderr } = await iris.mlt(["join-images", "--of", "../x", "--tag", "whole"], env);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('registry.invalid/iris:../x" as the name of an image');
});

describe("mlt build-image refuses", () => {
  test("a project without a model, before it builds anything", async () => {
    using project = copyOf(iris);
    const { exitCode, stderr } = await project.mlt(["build-image", "--engine", "oci"], {
      MLT_MODEL_BIN: "none",
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("error: There is no model");
    expect(existsSync(join(project.path, ".mlt/image"))).toBe(false);
  });

  test("a model that is not as it was trained", async () => {
    using project = copyOf(iris);
    writeFileSync(join(project.path, "model_bin/model.onnx"), "no graph");
    const { exitCode } = await project.mlt(["build-image", "--engine", "oci"]);
    expect(exitCode).toBe(3);
  });

  test.each([
    [["--engine", "podman"], 2, 'There is no engine "podman"'],
    [["staging"], 2, 'There is no image "staging"'],
    [["--tag", "a/b"], 2, 'Cannot read --tag "a/b" as a tag'],
    [["--engine", "oci", "--push"], 3, "There is no registry to push the image to"],
  ])("%j", async (args, code, message) => {
    const { exitCode, stderr } = await iris.mlt(["build-image", ...args]);
    expect({ exitCode, told: stderr.includes(`error: ${message}`) }).toEqual({ exitCode: code, told: true });
  });

  test("to write the image over a folder by the name of an archive; it makes the folders above one", async () => {
    using dir = tempDir();
    await dir.write({ "taken.tar/kept": "" });
    const build = (output: string) =>
      iris.mlt(["build-image", "--engine", "oci", "--no-test", "-o", join(dir.path, output)]);
    const { exitCode, stderr } = await build("taken.tar");
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      `error: Cannot write the image to "${join(dir.path, "taken.tar")}": it is a folder`,
    );
    expect((await build("new/folder/iris.tar")).exitCode).toBe(0);
    expect(readdirSync(join(dir.path, "new/folder"))).toEqual(["iris.tar"]);
  });

  testWith(dockerTools, "with Docker, a file for the image, before it builds any", async () => {
    await using daemon = await dockerDaemon();
    const { exitCode, stderr } = await iris.mlt(["build-image", "-o", "iris.tar"], defined(daemon.env));
    expect(exitCode).toBe(2);
    expect(stderr).toStartWith("error: --output is what --engine oci writes");
    expect(daemon.docker("images", "--all", "--quiet")).toBe("");
  });

  testWith(["tmpfs"], "a disk without room, and leaves nothing half-written", async () => {
    using disk = smallDisk(16 * 1_048_576);
    const output = join(disk.path, "iris.tar");
    const { exitCode, stderr } = await iris.mlt([
      "build-image",
      "--engine",
      "oci",
      "--no-test",
      "-o",
      output,
    ]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error: Cannot write the image to .* the disk is full/);
    expect(readdirSync(disk.path)).toEqual([]);
  });
});
