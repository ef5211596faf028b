import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../../../../adapters/oci/registry/credentials.ts";
import { dockerCredentials } from "../../../../adapters/oci/registry/docker-credentials.ts";
import { failure } from "../../../support/failure.ts";
import { type TempDir, tempDir } from "../../../support/temp-dir.ts";

async function find(config: unknown, registry: string): Promise<Credentials | undefined> {
  using dir = tempDir();
  await dir.write({ ".docker/config.json": JSON.stringify(config) });
  return await dockerCredentials({ env: {}, home: dir.path })(registry);
}

// ada:pass:word
const auth = "YWRhOnBhc3M6d29yZA==";
const ada = { username: "ada", password: "pass:word" };

test.each<[string, unknown, string, Credentials | undefined]>([
  ["by its host and port", { "registry:5000": { auth } }, "registry:5000", ada],
  ["by an address", { "https://ghcr.io/v2/": { auth } }, "ghcr.io", ada],
  ["by Docker's old address", { "https://index.docker.io/v1/": { auth } }, "docker.io", ada],
  ["as a token", { "ghcr.io": { auth, identitytoken: "token" } }, "ghcr.io", { identityToken: "token" }],
  ["in plain text", { "ghcr.io": { username: "ada", password: "pass:word" } }, "ghcr.io", ada],
  ["nowhere", { "ghcr.io": { auth } }, "ghcr.io:5000", undefined],
  ["without content", { "ghcr.io": {} }, "ghcr.io", undefined],
  ["of another part of it", { "ghcr.io/team": { auth } }, "ghcr.io", undefined],
])("dockerCredentials() finds a login %s", async (_, auths, registry, credentials) => {
  expect(await find({ auths }, registry)).toEqual(credentials);
});

test("dockerCredentials() finds none where docker login was never run, and looks where DOCKER_CONFIG says", async () => {
  using dir = tempDir();
  expect(await dockerCredentials({ env: {}, home: dir.path })("ghcr.io")).toBeUndefined();
  await dir.write({ "elsewhere/config.json": JSON.stringify({ auths: { "ghcr.io": { auth } } }) });
  const env = { DOCKER_CONFIG: join(dir.path, "elsewhere") };
  expect(await dockerCredentials({ env, home: "/nowhere" })("ghcr.io")).toEqual(ada);
});

test.each([
  '{"auths": {"ghcr.io": {"auth": "c2VjcmV0"}}}',
  '{"auths": {"ghcr.io": {"auth": "secret!"}}}',
  "secret",
  "[]",
])("dockerCredentials() says that %s is no file of Docker's, and nothing of what is in it", async (text) => {
  using dir = tempDir();
  await dir.write({ ".docker/config.json": text });
  const error = await failure(() => dockerCredentials({ env: {}, home: dir.path })("ghcr.io"));
  const path = join(dir.path, ".docker/config.json");
  expect(error.message).toBe(`Cannot read the logins in "${path}": it is not what docker login writes`);
  expect(error.exitCode).toBe(3);
  expect(error.cause).toBeUndefined();
});

/** A helper that keeps a login for ghcr.io and docker.io, and a token for quay.io. */
const helper = `#!/bin/sh
[ "$1" = get ] || exit 9
read -r server || true
case "$server" in
  ghcr.io|https://index.docker.io/v1/) echo '{"ServerURL":"'"$server"'","Username":"ada","Secret":"pass:word"}' ;;
  quay.io) echo '{"Username":"<token>","Secret":"a token"}' ;;
  broken) echo '{"Secret":"a token"}' ;;
  locked) echo 'the keychain is locked'; exit 3 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
`;

async function withHelper(dir: TempDir, config: unknown) {
  await dir.write({ "bin/docker-credential-test": helper, ".docker/config.json": JSON.stringify(config) });
  chmodSync(join(dir.path, "bin/docker-credential-test"), 0o755);
  return dockerCredentials({ env: { PATH: `${join(dir.path, "bin")}:/usr/bin:/bin` }, home: dir.path });
}

test("dockerCredentials() asks the helper that keeps the logins", async () => {
  using dir = tempDir();
  const source = await withHelper(dir, { credsStore: "test", auths: { "ghcr.io": {} } });
  expect(await source("ghcr.io")).toEqual(ada);
  expect(await source("docker.io")).toEqual(ada);
  expect(await source("quay.io")).toEqual({ identityToken: "a token" });
  expect(await source("unknown.io")).toBeUndefined();
  for (const [registry, reason] of [
    ["broken", "its answer has no credentials"],
    ["locked", "it ended with code 3"],
  ] as const) {
    const { message, exitCode } = await failure(() => source(registry));
    const what = "Cannot ask docker-credential-test, where docker login keeps its logins";
    expect(message).toBe(`${what}: ${reason}`);
    expect(exitCode).toBe(4);
  }
});

test("dockerCredentials() asks a registry's own helper before the others", async () => {
  using dir = tempDir();
  const source = await withHelper(dir, {
    credsStore: "absent",
    credHelpers: { "ghcr.io": "test", "a.io": "../x" },
  });
  expect(await source("ghcr.io")).toEqual(ada);
  expect((await failure(() => source("quay.io"))).message).toContain("docker-credential-absent");
  expect((await failure(() => source("a.io"))).message).toContain("that is no name of a program");
});
