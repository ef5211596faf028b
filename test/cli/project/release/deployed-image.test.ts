import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ociEngine } from "../../../../adapters/oci/engine.ts";
import { openRegistry } from "../../../../adapters/oci/registry/open-registry.ts";
import { readProject } from "../../../../cli/project/open-project.ts";
import { deployedImage, imageReference } from "../../../../cli/project/release/deployed-image.ts";
import { ExitCode } from "../../../../core/errors.ts";
import { mediaTypes } from "../../../../core/image/descriptor.ts";
import { imageIndex } from "../../../../core/image/image-index.ts";
import { parseImageReference } from "../../../../core/image/image-reference.ts";
import { dockerRegistry, registryTools } from "../../../support/docker-registry.ts";
import { failure } from "../../../support/failure.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { tinyPlan } from "../../../support/tiny-image.ts";
import { testWith } from "../../../support/tools.ts";

async function projectIn(dir: string, config: string) {
  await Bun.write(join(dir, "config.yaml"), config);
  return await readProject(dir, { flags: {}, environment: {} });
}

describe("imageReference()", () => {
  test("names the image as mlt build-image pushes it, by its tag or the project's version", async () => {
    using dir = tempDir();
    const project = await projectIn(
      dir.path,
      "project: {name: iris, version: 1.2.0}\nimage: {registry: localhost, repository: team}\n",
    );
    expect(await imageReference(project, undefined)).toBe("localhost/team/iris:1.2.0");
    expect(await imageReference(project, "rc")).toBe("localhost/team/iris:rc");
    const several = await failure(() => imageReference(project, "a,b"));
    expect([several.message, several.exitCode]).toEqual([
      "Cannot deploy 2 images: --tag names several",
      ExitCode.usage,
    ]);
  });

  test("refuses a project without a registry, and says what to set", async () => {
    using dir = tempDir();
    const error = await failure(async () => imageReference(await projectIn(dir.path, "{}"), undefined));
    expect(error.exitCode).toBe(ExitCode.input);
    expect(error.hint).toStartWith("Set image.registry in config.yaml");
  });
});

testWith(
  registryTools,
  "deployedImage() finds the digest of an image or index that has the project's model, and refuses any other",
  async () => {
    using dir = tempDir();
    await using registry = await dockerRegistry(dir.path);
    await registry.start();
    const project = await projectIn(
      dir.path,
      `project: {name: iris, version: "1"}\nimage: {registry: "${registry.host}"}\n`,
    );
    const reference = `${registry.host}/iris:1`;
    const engine = ociEngine({
      credentials: () => Promise.resolve(undefined),
      cache: { folder: join(dir.path, "cache") },
    });
    const built = await engine.build(tinyPlan());
    const [pushed] = await engine.push(built, [reference], { force: false });
    await engine.close();

    const digest = pushed?.digest ?? "none";
    const repository = `${registry.host}/iris`;
    expect(await deployedImage(project, reference, "1")).toEqual({ repository, tag: "1", digest });

    const opened = openRegistry({
      reference: parseImageReference(reference),
      credentials: () => Promise.resolve(undefined),
    });
    const { bytes, mediaType } = await opened.manifest("1");
    const index = imageIndex([{ mediaType, digest, size: bytes.length }]);
    const indexDigest = await opened.pushManifest(index, mediaTypes.index, "both");
    expect(indexDigest).not.toBe(digest);
    expect(await deployedImage(project, `${repository}:both`, "1")).toEqual({
      repository,
      ...{ tag: "both", digest: indexDigest },
    });

    const other = await failure(() => deployedImage(project, reference, "2"));
    expect([other.message, other.exitCode]).toEqual([
      `The image "${reference}" has model 1, and this project's is 2`,
      ExitCode.input,
    ]);
    expect(other.hint).toStartWith("Run mlt build-image --push");
    const none = await failure(() => deployedImage(project, `${repository}:none`, "1"));
    expect([none.message, none.hint, none.exitCode]).toEqual([
      `There is no image "${repository}:none"`,
      "Run mlt build-image --push, or name another with --tag.",
      ExitCode.input,
    ]);
    await registry.kill();
    const down = await failure(() => deployedImage(project, reference, "1"));
    expect(down.exitCode).toBe(ExitCode.external);
  },
);
