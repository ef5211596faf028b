import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { openRegistry, type Registry } from "../../../../adapters/oci/registry/open-registry.ts";
import { mediaTypes } from "../../../../core/image/descriptor.ts";
import { parseImageReference } from "../../../../core/image/image-reference.ts";
import { testAuthority } from "../../../support/certificates.ts";
import { dockerRegistry, registryTools } from "../../../support/docker-registry.ts";
import { failure } from "../../../support/failure.ts";
import { blobOf, noise, testImage } from "../../../support/image-blobs.ts";
import { type Meddling, type MeddlingProxy, meddlingProxy } from "../../../support/meddling-proxy.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { testWith } from "../../../support/tools.ts";

const patience = { timeoutMs: 2000, attempts: 3, firstPauseMs: 10, longestPauseMs: 50 };
const login = { username: "ada", password: "a password" };

function open(host: string): Registry {
  const reference = parseImageReference(`${host}/team/iris`);
  return openRegistry({ reference, credentials: () => Promise.resolve(login), patience });
}

/** A test of a real registry behind something that meddles with what it says. */
function testBehind(
  name: string,
  meddling: Meddling,
  run: (parts: {
    registry: Registry;
    proxy: MeddlingProxy;
    dir: string;
    /** The registry without what is before it. */
    direct: Registry;
  }) => Promise<void>,
): void {
  testWith(registryTools, name, async () => {
    using dir = tempDir();
    await using server = await dockerRegistry(dir.path);
    await server.start();
    await using proxy = await meddlingProxy(server.port, meddling);
    await run({ registry: open(proxy.host), proxy, dir: dir.path, direct: open(server.host) });
  });
}

function refuse(
  answer: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): true {
  answer.writeHead(status, headers);
  answer.end();
  return true;
}

/** Is true so often, then false. */
function times(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

const mebibyte = 1024 * 1024;
const [breaksOnce, isAway, isBusy, isDown, breaksOff] = [times(1), times(1), times(1), times(1), times(1)];

const isSecondPart: (asked: IncomingMessage) => boolean = ({ method, headers }) =>
  method === "PATCH" && headers["content-range"]?.startsWith("8388608-") === true;

testBehind(
  "Registry brings an upload to its end whose connection broke in its second part",
  { cutRequestAfter: (asked) => (isSecondPart(asked) && breaksOnce() ? mebibyte : undefined) },
  async ({ registry, proxy, direct }) => {
    const layer = await blobOf(noise(20 * mebibyte));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(20 * mebibyte);
    expect(await direct.hasBlob(layer.descriptor)).toBe(true);
    // docker-registry gives up an upload that has half of a part, so that this one begins anew.
    const methods = ["HEAD", "POST", "PATCH", "PATCH", "GET", "POST", "PATCH", "PATCH", "PATCH", "PUT"];
    expect(proxy.asked.map(({ method }) => method)).toEqual(methods);
  },
);

testBehind(
  "Registry goes on with an upload from what the registry says that it has",
  { instead: (asked, answer) => isSecondPart(asked) && isAway() && refuse(answer, 502) },
  async ({ registry, proxy }) => {
    const layer = await blobOf(noise(20 * mebibyte));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(20 * mebibyte);
    const methods = ["HEAD", "POST", "PATCH", "PATCH", "GET", "PATCH", "PATCH", "PUT"];
    expect(proxy.asked.map(({ method }) => method)).toEqual(methods);
  },
);

testBehind(
  "Registry takes an upload for done whose last answer was lost",
  { cutAnswerAfter: ({ method }) => (method === "PUT" ? -1 : undefined) },
  async ({ registry, proxy }) => {
    const layer = await blobOf(noise(10 * mebibyte));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(10 * mebibyte);
    const methods = proxy.asked.map(({ method }) => method);
    // Bun itself repeats what it has sent over a connection that had been used before.
    expect(methods.filter((method) => method !== "PUT")).toEqual(["HEAD", "POST", "PATCH", "PATCH", "HEAD"]);
  },
);

testBehind(
  "Registry gives up where every upload dies, and leaves nothing under the tag",
  { cutRequestAfter: ({ method }) => (method === "PATCH" || method === "PUT" ? 1000 : undefined) },
  async ({ registry, proxy, direct }) => {
    const layer = await blobOf(noise(10 * mebibyte));
    const { message, exitCode } = await failure(() => registry.pushBlob(layer.descriptor, layer.bytes));
    expect(message).toBe(`Cannot push to "${proxy.host}/team/iris": the connection broke`);
    expect(exitCode).toBe(4);
    expect(await direct.digestOf("1")).toBeUndefined();
    expect(proxy.asked.filter(({ method }) => method === "PATCH")).toHaveLength(3);
  },
);

testBehind(
  "Registry asks again where there were too many requests, or something was down",
  {
    instead: ({ method }, answer) =>
      (method === "PUT" && isBusy() && refuse(answer, 429, { "retry-after": "0" })) ||
      (method === "HEAD" && isDown() && refuse(answer, 503)),
  },
  async ({ registry, proxy }) => {
    const layer = await blobOf(noise(1000));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(1000);
    expect(proxy.asked.map(({ method }) => method)).toEqual(["HEAD", "HEAD", "POST", "PUT", "POST", "PUT"]);
  },
);

testBehind(
  "Registry uploads at once where the registry takes no parts",
  { instead: ({ method }, answer) => method === "PATCH" && refuse(answer, 405) },
  async ({ registry, proxy, direct }) => {
    const layer = await blobOf(noise(10 * mebibyte));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(10 * mebibyte);
    expect(await direct.hasBlob(layer.descriptor)).toBe(true);
    expect(proxy.asked.findLast(({ method }) => method === "PUT")?.bytes).toBe(10 * mebibyte);
  },
);

testBehind(
  "Registry uploads at once where the registry loses parts",
  {
    headers: ({ method }, headers) => {
      if (method === "PATCH") headers["range"] = "0-99";
    },
  },
  async ({ registry, proxy, direct }) => {
    const layer = await blobOf(noise(10 * mebibyte));
    expect(await registry.pushBlob(layer.descriptor, layer.bytes)).toBe(10 * mebibyte);
    expect(await direct.hasBlob(layer.descriptor)).toBe(true);
    expect(proxy.asked.findLast(({ method }) => method === "PUT")?.bytes).toBe(10 * mebibyte);
  },
);

testBehind(
  "Registry mounts nothing where it may not",
  { instead: ({ url }, answer) => url?.includes("mount=") === true && refuse(answer, 403) },
  async ({ registry }) => {
    const layer = await blobOf(noise(10));
    expect(await registry.mountBlob(layer.descriptor, "secret/base")).toBe(false);
  },
);

testBehind(
  "Registry goes on with a download whose connection broke",
  {
    cutAnswerAfter: ({ method, url }) =>
      method === "GET" && url?.includes("/blobs/") && breaksOff() ? mebibyte : undefined,
  },
  async ({ registry, proxy, direct, dir }) => {
    const layer = await blobOf(noise(3 * mebibyte));
    await direct.pushBlob(layer.descriptor, layer.bytes);
    const path = join(dir, "layer");
    await registry.blob(layer.descriptor, path);
    expect(readFileSync(path).equals(layer.bytes)).toBe(true);
    expect(proxy.asked).toHaveLength(2);
  },
);

const flipped: Meddling["part"] = ({ method }, part) =>
  method === "GET" ? Buffer.from(part.map((byte) => byte ^ 1)) : part;

testBehind("Registry keeps no blob that is not what its digest says", { part: flipped }, async (parts) => {
  const { registry, direct, dir } = parts;
  const layer = await blobOf(noise(1000));
  await direct.pushBlob(layer.descriptor, layer.bytes);
  const before = readdirSync(dir);
  const path = join(dir, "layer");
  const { message, exitCode } = await failure(() => registry.blob(layer.descriptor, path));
  expect(message).toContain(`what it sends is not ${layer.descriptor.digest}`);
  expect(exitCode).toBe(4);
  expect(readdirSync(dir)).toEqual(before);
  // One that says that it is shorter is cut off before the end.
  const shorter = { ...layer.descriptor, size: 10 };
  expect((await failure(() => direct.blob(shorter, path))).message).toContain("what it sends is not");
  expect(existsSync(path)).toBe(false);
});

testBehind(
  "Registry takes no manifest that is not what its digest says",
  { part: flipped },
  async ({ registry, direct }) => {
    const layer = await blobOf(noise(1000));
    const { config, manifest } = await testImage(layer);
    for (const { descriptor, bytes } of [layer, config]) await direct.pushBlob(descriptor, bytes);
    await direct.pushManifest(manifest.bytes, mediaTypes.manifest, "1");
    for (const version of ["1", manifest.descriptor.digest]) {
      const { message } = await failure(() => registry.manifest(version));
      expect(message).toContain(`what it sends is not ${manifest.descriptor.digest}`);
    }
  },
);

const another = `sha256:${"0".repeat(64)}`;

testBehind(
  "Registry notices that the registry has stored something else",
  {
    headers: ({ method }, headers) => {
      if (method === "PUT") headers["docker-content-digest"] = another;
    },
  },
  async ({ registry }) => {
    const layer = await blobOf(noise(1000));
    const { message, exitCode } = await failure(() => registry.pushBlob(layer.descriptor, layer.bytes));
    expect(message).toContain(`it has stored something else than ${layer.descriptor.digest}`);
    expect(exitCode).toBe(4);
  },
);

test.each<[number, string]>([
  [403, "it refuses that (DENIED: not for you)"],
  [429, "it takes no more requests for now (DENIED: not for you)"],
  [500, "it answers 500 (DENIED: not for you)"],
])("Registry tells what %i means", async (status, clause) => {
  await using proxy = await meddlingProxy(9, {
    instead: (_, answer) => {
      answer.writeHead(status);
      answer.end(JSON.stringify({ errors: [{ code: "DENIED", message: "not\u001b\nfor you" }] }));
      return true;
    },
  });
  const { message, exitCode } = await failure(() => open(proxy.host).manifest("1"));
  expect(message).toBe(`Cannot pull from "${proxy.host}/team/iris": ${clause}`);
  expect(exitCode).toBe(4);
});

test("Registry does not wait for ever where nothing is said", async () => {
  await using proxy = await meddlingProxy(9, { instead: () => true });
  const reference = parseImageReference(`${proxy.host}/iris`);
  const impatience = { ...patience, timeoutMs: 100, attempts: 2 };
  const registry = openRegistry({
    reference,
    credentials: () => Promise.resolve(login),
    patience: impatience,
  });
  const { message } = await failure(() => registry.digestOf("1"));
  expect(message).toBe(`Cannot pull from "${proxy.host}/iris": it did not answer within 0.1 s`);
  expect(proxy.asked).toHaveLength(2);
});

test("Registry follows to where a blob is, and does not say there who asks", async () => {
  using dir = tempDir();
  const layer = await blobOf(noise(5000));
  await using storage = await meddlingProxy(9, {
    instead: (_, answer) => {
      answer.end(layer.bytes);
      return true;
    },
  });
  await using proxy = await meddlingProxy(9, {
    instead: ({ headers }, answer) =>
      headers.authorization === undefined
        ? refuse(answer, 401, { "www-authenticate": 'Basic realm="test"' })
        : refuse(answer, 307, { location: `http://${storage.host}/bucket/blob?signature=secret` }),
  });
  await open(proxy.host).blob(layer.descriptor, join(dir.path, "layer"));
  expect(readFileSync(join(dir.path, "layer")).equals(layer.bytes)).toBe(true);
  expect(proxy.asked.map(({ authorization }) => authorization)).toEqual([
    undefined,
    // ada:a password
    "Basic YWRhOmEgcGFzc3dvcmQ=",
  ]);
  expect(storage.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("Registry uploads to where it is sent, and does not say there who asks", async () => {
  const layer = await blobOf(noise(5000));
  await using storage = await meddlingProxy(9, { instead: (_, answer) => refuse(answer, 201) });
  await using proxy = await meddlingProxy(9, {
    instead: ({ method, headers }, answer) => {
      const challenge = { "www-authenticate": 'Basic realm="test"' };
      if (headers.authorization === undefined) return refuse(answer, 401, challenge);
      return method === "HEAD"
        ? refuse(answer, 404)
        : refuse(answer, 202, { location: `http://${storage.host}/upload?state=1` });
    },
  });
  expect(await open(proxy.host).pushBlob(layer.descriptor, layer.bytes)).toBe(5000);
  const put = { method: "PUT", path: "/upload", authorization: undefined, bytes: 5000 };
  expect(storage.asked).toEqual([put]);
});

test("Registry does not wait where it is to wait for an hour", async () => {
  await using proxy = await meddlingProxy(9, {
    instead: (_, answer) => refuse(answer, 429, { "retry-after": "3600" }),
  });
  const { message, hint } = await failure(() => open(proxy.host).manifest("1"));
  expect(message).toContain("it takes no more requests for now");
  expect(hint).toBe("Log in, or try again later.");
  expect(proxy.asked).toHaveLength(1);
});

testBehind("Registry keeps no blob that is shorter than was said", {}, async ({ direct, dir }) => {
  const layer = await blobOf(noise(1000));
  await direct.pushBlob(layer.descriptor, layer.bytes);
  const longer = { ...layer.descriptor, size: 1001 };
  const { message } = await failure(() => direct.blob(longer, join(dir, "layer")));
  expect(message).toContain(`what it sends is not ${layer.descriptor.digest}`);
  expect(existsSync(join(dir, "layer"))).toBe(false);
});

testWith(["openssl"], "Registry says what is wrong with its TLS", async () => {
  using dir = tempDir();
  testAuthority(dir.path).issue("server");
  const [cert, key] = ["server.pem", "server.key"].map((file) => readFileSync(join(dir.path, file), "utf8"));
  await using secure = Bun.serve({ port: 0, tls: { cert, key }, fetch: () => new Response() });
  await using plain = await meddlingProxy(9, { instead: (_, answer) => refuse(answer, 200) });
  const ask = (host: string) => {
    const reference = parseImageReference(`${host}/iris`);
    const credentials = () => Promise.resolve(login);
    const registry = openRegistry({ reference, credentials, isInsecure: false, patience });
    return failure(() => registry.digestOf("1"));
  };
  const untrusted = await ask(`127.0.0.1:${secure.port}`);
  expect(untrusted.message).toBe(
    `Cannot pull from "127.0.0.1:${secure.port}/iris": its certificate is not trusted`,
  );
  expect(untrusted.hint).toBe("Name the file of the root certificate in NODE_EXTRA_CA_CERTS.");
  const unencrypted = await ask(plain.host);
  expect(unencrypted.message).toBe(`Cannot pull from "${plain.host}/iris": it does not speak HTTPS`);
  expect(plain.asked).toEqual([]);
});

test("Registry answers no stranger that asks who asks", async () => {
  using dir = tempDir();
  const layer = await blobOf(noise(10));
  await using thief = await meddlingProxy(9, { instead: (_, answer) => refuse(answer, 200) });
  await using storage = await meddlingProxy(9, {
    instead: (_, answer) =>
      refuse(answer, 401, { "www-authenticate": `Bearer realm="http://${thief.host}/token"` }),
  });
  await using proxy = await meddlingProxy(9, {
    instead: (_, answer) => refuse(answer, 307, { location: `http://${storage.host}/blob` }),
  });
  const { exitCode } = await failure(() => open(proxy.host).blob(layer.descriptor, join(dir.path, "layer")));
  expect(exitCode).toBe(4);
  expect(thief.asked).toEqual([]);
});
