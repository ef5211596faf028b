import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry, type Registry } from "../../../../adapters/oci/registry/open-registry.ts";
import { jsonBytes, mediaTypes } from "../../../../core/image/descriptor.ts";
import { emptyJson, referrerManifest } from "../../../../core/image/image-manifest.ts";
import { parseImageReference } from "../../../../core/image/image-reference.ts";
import { freePort } from "../../../../ops/build/free-port.ts";
import { testAuthority } from "../../../support/certificates.ts";
import { dockerRegistry, registryTools } from "../../../support/docker-registry.ts";
import { failure } from "../../../support/failure.ts";
import { blobOf, noise, testImage } from "../../../support/image-blobs.ts";
import { meddlingProxy } from "../../../support/meddling-proxy.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { testWith } from "../../../support/tools.ts";

const patience = { timeoutMs: 5000, attempts: 5, firstPauseMs: 20, longestPauseMs: 200 };
const nobody = () => Promise.resolve(undefined);

function open(name: string): Registry {
  return openRegistry({ reference: parseImageReference(name), credentials: nobody, patience });
}

testWith(
  [...registryTools, "skopeo"],
  "Registry brings an image to docker-registry in parts, uploads nothing of it twice, and gets it back",
  async () => {
    using dir = tempDir();
    await using server = await dockerRegistry(dir.path);
    await server.start();
    const registry = open(`${server.host}/team/iris`);
    const layer = await blobOf(noise(20_000_000));
    const source = join(dir.path, "layer");
    writeFileSync(source, layer.bytes);
    const { config, manifest } = await testImage(layer);

    expect(await registry.digestOf("1.2.0")).toBeUndefined();
    expect(await registry.pushBlob(layer.descriptor, { source })).toBe(20_000_000);
    expect(await registry.pushBlob(config.descriptor, config.bytes)).toBe(config.bytes.length);
    const { digest, mediaType } = manifest.descriptor;
    expect(await registry.pushManifest(manifest.bytes, mediaType, "1.2.0")).toBe(digest);
    // 8 MiB, 8 MiB, and 3.2 million bytes.
    expect(server.requests().filter((request) => request.startsWith("PATCH"))).toHaveLength(3);

    const before = server.requests().length;
    const again = open(`${server.host}/team/iris`);
    expect(await again.pushBlob(layer.descriptor, { source })).toBe(0);
    expect(await again.pushBlob(config.descriptor, config.bytes)).toBe(0);
    expect(
      server
        .requests()
        .slice(before)
        .map((request) => request.split(" ", 1)[0]),
    ).toEqual(["HEAD", "HEAD"]);

    const inspected = execFileSync(
      "skopeo",
      ["inspect", "--tls-verify=false", `docker://${server.host}/team/iris:1.2.0`],
      { encoding: "utf8" },
    );
    expect(JSON.parse(inspected)).toMatchObject({
      Digest: digest,
      Layers: [layer.descriptor.digest],
      Labels: { of: "a test" },
    });

    expect(await again.digestOf("1.2.0")).toBe(digest);
    expect(await again.manifest("1.2.0")).toEqual({ bytes: manifest.bytes, mediaType, digest });
    expect((await again.manifest(digest)).digest).toBe(digest);
    const target = join(dir.path, "pulled");
    await again.blob(layer.descriptor, target);
    expect(readFileSync(target).equals(layer.bytes)).toBe(true);
  },
);

testWith(registryTools, "Registry mounts what another repository has", async () => {
  using dir = tempDir();
  await using server = await dockerRegistry(dir.path);
  await server.start();
  const base = await blobOf(noise(1000));
  await open(`${server.host}/team/base`).pushBlob(base.descriptor, base.bytes);
  const registry = open(`${server.host}/team/iris`);
  expect(await registry.hasBlob(base.descriptor)).toBe(false);
  expect(await registry.mountBlob(base.descriptor, "team/base")).toBe(true);
  expect(await registry.hasBlob(base.descriptor)).toBe(true);
  const unknown = await blobOf(noise(10));
  expect(await registry.mountBlob(unknown.descriptor, "team/base")).toBe(false);
});

testWith(
  registryTools,
  "Registry lists by a tag what refers to an image where the registry cannot",
  async () => {
    using dir = tempDir();
    await using server = await dockerRegistry(dir.path);
    await server.start();
    const registry = open(`${server.host}/team/iris`);
    const layer = await blobOf(noise(100));
    const { config, manifest } = await testImage(layer);
    for (const { descriptor, bytes } of [layer, config]) await registry.pushBlob(descriptor, bytes);
    await registry.pushManifest(manifest.bytes, mediaTypes.manifest, "1");
    const image = manifest.descriptor;
    expect(await registry.referrers(image.digest)).toEqual([]);

    const empty = await blobOf(emptyJson, mediaTypes.empty);
    await registry.pushBlob(empty.descriptor, empty.bytes);
    for (const name of ["first", "second", "second"]) {
      const document = await blobOf(jsonBytes({ name }), mediaTypes.spdx);
      await registry.pushBlob(document.descriptor, document.bytes);
      const parts = { artifactType: mediaTypes.spdx, config: empty.descriptor, subject: image };
      const bytes = new Uint8Array(referrerManifest({ ...parts, document: document.descriptor }));
      const { descriptor } = await blobOf(bytes, mediaTypes.manifest);
      await registry.pushReferrer(bytes, { ...descriptor, artifactType: mediaTypes.spdx }, image.digest);
    }
    const found = await registry.referrers(image.digest);
    expect(found.map(({ artifactType }) => artifactType)).toEqual([mediaTypes.spdx, mediaTypes.spdx]);
  },
);

testWith(registryTools, "Registry waits for a registry that is started anew amid an upload", async () => {
  using dir = tempDir();
  await using server = await dockerRegistry(dir.path);
  await server.start();
  let restarted: Promise<void> | undefined;
  await using proxy = await meddlingProxy(server.port, {
    instead: ({ method, headers, socket }) => {
      const isSecondPart = method === "PATCH" && headers["content-range"]?.startsWith("8388608-") === true;
      if (!isSecondPart || restarted !== undefined) return false;
      restarted = server.kill().then(() => {
        socket.destroy();
        return server.start();
      });
      return true;
    },
  });
  const reference = parseImageReference(`${proxy.host}/iris`);
  const registry = openRegistry({ reference, credentials: nobody, patience: { ...patience, attempts: 20 } });
  const layer = await blobOf(noise(10_000_000));
  expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(10_000_000);
  await restarted;
  expect(await open(`${server.host}/iris`).hasBlob(layer.descriptor)).toBe(true);
});

testWith(registryTools, "Registry says which image there is not, and puts up no half of one", async () => {
  using dir = tempDir();
  await using server = await dockerRegistry(dir.path);
  await server.start();
  const registry = open(`${server.host}/team/iris`);
  const missing = await failure(() => registry.manifest("2"));
  expect(missing.message).toBe(`There is no image "${server.host}/team/iris:2"`);
  expect(missing.exitCode).toBe(3);

  const { manifest } = await testImage(await blobOf(noise(100)));
  const half = await failure(() => registry.pushManifest(manifest.bytes, mediaTypes.manifest, "2"));
  expect(half.message).toContain(
    `Cannot push to "${server.host}/team/iris": it answers 400 (MANIFEST_BLOB_UNKNOWN`,
  );
  expect(half.exitCode).toBe(4);
  expect(await registry.digestOf("2")).toBeUndefined();
  const lost = join(dir.path, "lost");
  const unknown = await failure(async () => registry.blob((await blobOf(noise(5))).descriptor, lost));
  expect(unknown.message).toContain("it does not know that (BLOB_UNKNOWN");
  expect(existsSync(lost)).toBe(false);
});

test("Registry says at once that nothing listens", async () => {
  const { message, exitCode } = await failure(() => open("127.0.0.1:9/iris").digestOf("1"));
  expect(message).toBe('Cannot pull from "127.0.0.1:9/iris": nothing listens there');
  expect(exitCode).toBe(4);
});

testWith([...registryTools, "deno"], "Registry does on Deno what it does on Bun", async () => {
  using dir = tempDir();
  await using server = await dockerRegistry(dir.path, { login });
  await server.start();
  const { nothing, result } = await roundTrip(
    ["deno", "run", "-A", "--no-lock"],
    "http",
    server.host,
    dir.path,
  );
  expect(result).toEqual({
    uploaded: [10_000_000, 0],
    isSame: true,
    failures: [
      `Cannot pull from "${nothing}/a": nothing listens there`,
      'Cannot pull from "no.such.invalid/a": its name is not known',
      `Cannot pull from "${server.host}/iris": it does not speak HTTPS`,
    ],
  });
  expect(server.requests().filter((request) => request.startsWith("PATCH"))).toHaveLength(2);
});

testWith(
  [...registryTools, "openssl"],
  "Registry trusts the certificates of NODE_EXTRA_CA_CERTS",
  async () => {
    using dir = tempDir();
    testAuthority(dir.path).issue("server");
    const [certificate, key] = [join(dir.path, "server.pem"), join(dir.path, "server.key")];
    await using server = await dockerRegistry(dir.path, { login, tls: { certificate, key } });
    await server.start();
    const { result } = await roundTrip([process.execPath], "https", server.host, dir.path);
    expect(result).toMatchObject({ uploaded: [10_000_000, 0], isSame: true });
  },
);

const login = { kind: "basic", username: "ada", password: "pass:word" } as const;

/** Lets another process push and pull, which trusts the authority in the folder. */
async function roundTrip(command: readonly string[], scheme: "http" | "https", host: string, dir: string) {
  const [source, target] = [join(dir, "source"), join(dir, "target")];
  writeFileSync(source, noise(10_000_000));
  const nothing = `127.0.0.1:${await freePort()}`;
  const script = join(import.meta.dir, "../../../support/registry-round-trip.ts");
  const child = Bun.spawn([...command, script, scheme, `${host}/iris`, nothing, source, target], {
    stdout: "pipe",
    env: { ...process.env, ...(scheme === "https" && { NODE_EXTRA_CA_CERTS: join(dir, "root.pem") }) },
  });
  return { nothing, result: JSON.parse(await child.stdout.text()) };
}
