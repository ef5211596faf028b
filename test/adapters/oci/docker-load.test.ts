import { expect } from "bun:test";
import { join } from "node:path";
import { readBuilt, saveArchive } from "../../../adapters/oci/built-layout.ts";
import { ociEngine } from "../../../adapters/oci/engine.ts";
import type { ImageFile } from "../../../core/image/image-plan.ts";
import { baseLayout } from "../../support/base-image.ts";
import { dockerRegistry, registryTools } from "../../support/docker-registry.ts";
import { dockerDaemon, dockerTools } from "../../support/dockerd.ts";
import { smallPlan } from "../../support/oci-plan.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

/** A program of this machine, which needs only the C library. */
const cat: ImageFile = {
  path: "app/cat",
  mode: 0o755,
  content: { source: "/usr/bin/cat", sizeBytes: Bun.file("/usr/bin/cat").size },
};

testWith(
  [...dockerTools, ...registryTools],
  "what ociEngine() builds is loaded by Docker, pulled by Docker, and run",
  async () => {
    using dir = tempDir();
    await using daemon = await dockerDaemon();
    await using registry = await dockerRegistry(dir.path);
    await registry.start();
    const cache = { folder: join(dir.path, "cache") };
    const oci = ociEngine({ credentials: () => Promise.resolve(undefined), cache });
    const [, config, model] = smallPlan().layers;
    if (config === undefined || model === undefined) throw new RangeError("The plan has three layers");
    const image = await oci.build(
      smallPlan({
        base: await baseLayout(join(dir.path, "base")),
        layers: [{ name: "program", files: [cat] }, config, model],
        runtime: { ...smallPlan().runtime, entrypoint: ["/app/cat"], cmd: ["config.yaml"] },
      }),
    );
    const { parts } = await readBuilt(image);
    const archive = join(dir.path, "iris.tar");
    await saveArchive(image, archive, ["iris:loaded"]);
    daemon.docker("load", "--quiet", "--input", archive);
    const pulled = `${registry.host}/team/iris:pulled`;
    await oci.push(image, [pulled], { force: false });
    await oci.close();
    daemon.docker("pull", "--quiet", pulled);
    for (const name of ["iris:loaded", pulled]) {
      expect(daemon.docker("inspect", "--format", "{{.Id}}", name).trim()).toBe(parts.config.digest);
      expect(daemon.docker("run", "--rm", "--network=none", "--read-only", name)).toBe("name: iris\n");
    }
    const health = daemon.docker("inspect", "--format", "{{json .Config.Healthcheck}}", pulled);
    expect<unknown>(JSON.parse(health)).toEqual({ Test: ["CMD", "/app/serve", "--health"] });
  },
);
