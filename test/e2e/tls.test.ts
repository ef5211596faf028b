import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { issueExpired, type TestAuthority, testAuthority } from "../support/certificates.ts";
import { serveMlt } from "../support/mlt.ts";
import { cacheDir, copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { executablePath, testWith } from "../support/tools.ts";

setDefaultTimeout(60_000);

let iris: TestProject;
let authority: TestAuthority;
beforeAll(async () => {
  iris = await trainedProject();
  if (executablePath("openssl") === undefined) return;
  await iris.write({ "tls/.gitkeep": "" });
  authority = testAuthority(join(iris.path, "tls"));
  for (const name of ["server", "other"]) authority.issue(name);
  issueExpired(join(iris.path, "tls"), "expired");
});
afterAll(() => iris[Symbol.dispose]());

const filesOf = (name: string, key = name) => ({
  MLT_SERVE__TLS_CERT_FILE: `tls/${name}.pem`,
  MLT_SERVE__TLS_KEY_FILE: `tls/${key}.key`,
});

/** Whether a client of openssl, with these options, ends its greeting with the server as it wants to. */
async function greets(url: string, ...options: readonly string[]): Promise<boolean> {
  const child = spawn("openssl", ["s_client", "-connect", new URL(url).host, ...options]);
  child.stdin.end();
  return await new Promise((done) => child.once("close", (code) => done(code === 0)));
}

/** Whether it takes a client that knows this version of TLS and no other. */
const takes = async (url: string, version: "tls1_1" | "tls1_2" | "tls1_3") =>
  // Level 0: today's openssl would otherwise not even offer the old versions.
  await greets(url, `-${version}`, "-cipher", "ALL:@SECLEVEL=0");

/** Whether it proves to be a host, to one who trusts the root. */
const provesToBe = async (url: string, host: string) => {
  const root = join(iris.path, "tls/root.pem");
  return await greets(url, "-verify_return_error", "-CAfile", root, "-verify_hostname", host);
};

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

async function checkHttps(url: string): Promise<void> {
  expect(url).toStartWith("https://127.0.0.1:");
  const tls = { ca: authority.root };
  const answer = await fetch(`${url}/api/predictions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([row]),
    tls,
  });
  expect(await answer.json()).toEqual([{ class_name: "setosa" }]);
  expect(await provesToBe(url, "localhost")).toBe(true);
  expect(await provesToBe(url, "other.example")).toBe(false);
  expect(await greets(url, "-verify_return_error")).toBe(false);
  const plain = await fetch(`http://${new URL(url).host}/ping`).then(
    ({ ok }) => ok,
    () => false,
  );
  expect(plain).toBe(false);
  const versions = ["tls1_1", "tls1_2", "tls1_3"] as const;
  expect(await Promise.all(versions.map((version) => takes(url, version)))).toEqual([false, true, true]);
}

testWith(
  ["openssl"],
  "mlt serve speaks HTTPS with a certificate that leads to a root, and nothing else",
  async () => {
    await using service = await iris.serve([], filesOf("server"));
    await checkHttps(service.url);
  },
);

testWith(["openssl", "deno"], "the source on Deno speaks HTTPS too", async () => {
  const env = { MLT_CACHE_DIR: cacheDir, ...filesOf("server") };
  await using service = await serveMlt({ cwd: iris.path, env, runtime: "deno" });
  await checkHttps(service.url);
});

testWith(["openssl"], "mlt serve reads the paths of config.yaml from its folder", async () => {
  using project = copyOf(iris);
  project.edit(
    "config.yaml",
    "serve:\n",
    "serve:\n  tls_cert_file: tls/server.pem\n  tls_key_file: tls/server.key\n",
  );
  const { path } = project;
  await using service = await serveMlt({ cwd: "/", env: { MLT_CACHE_DIR: cacheDir } }, ["--dir", path]);
  expect((await fetch(`${service.url}/ping`, { tls: { ca: authority.root } })).status).toBe(200);
  const shown = JSON.parse(succeeded(await project.mlt(["config", "show", "--json"])));
  expect(shown["serve.tls_key_file"]).toEqual({ value: "tls/server.key", from: "config.yaml:15" });
});

testWith(["openssl"], "mlt serve and mlt doctor warn of a certificate that has expired", async () => {
  const fault = "The certificate of CN=old.example expired on 2020-02-01; clients will refuse it";
  await using service = await iris.serve([], filesOf("expired"));
  expect(await service.saw(/Ctrl-C/)).toStartWith(`warning: ${fault}\n`);
  const doctor = await iris.mlt(["doctor"], filesOf("expired"));
  expect([doctor.exitCode, doctor.stdout.includes(`! certificate      ${fault}\n`)]).toEqual([0, true]);
});

testWith(
  ["openssl"],
  "mlt doctor says whose certificate it is, and nothing where there is none",
  async () => {
    const plain = await iris.mlt(["doctor"]);
    expect([plain.exitCode, plain.stdout.includes("certificate")]).toEqual([0, false]);
    const doctor = await iris.mlt(["doctor"], filesOf("server"));
    expect(doctor.stdout).toMatch(/✓ certificate {6}of CN=localhost, valid until \d{4}-\d\d-\d\d\n/);
  },
);

testWith(
  ["openssl"],
  "mlt serve exits 3 before it listens where certificate and key do not serve",
  async () => {
    const tls = join(iris.path, "tls");
    const mixed = await iris.mlt(["serve"], filesOf("server", "other"));
    expect({ exitCode: mixed.exitCode, stderr: mixed.stderr }).toEqual({
      exitCode: 3,
      stderr:
        `error: The private key in "${tls}/other.key" does not belong to the certificate in "${tls}/server.pem"\n` +
        "hint: Name the two files that were made together; the server's own certificate comes first in its file.\n",
    });
    const missing = await iris.mlt(["serve"], filesOf("nothing"));
    expect({ exitCode: missing.exitCode, stderr: missing.stderr }).toEqual({
      exitCode: 3,
      stderr:
        `error: Cannot read the certificate "${tls}/nothing.pem"\n` +
        "hint: Check that serve.tls_cert_file is the path of a PEM file, and that this user may read it.\n",
    });
    const alone = await iris.mlt(["serve"], { MLT_SERVE__TLS_CERT_FILE: "tls/server.pem" });
    expect({ exitCode: alone.exitCode, stderr: alone.stderr }).toEqual({
      exitCode: 3,
      stderr:
        "error: serve.tls_cert_file is set, and serve.tls_key_file is not\n" +
        "hint: Set both to serve HTTPS, or neither to serve HTTP.\n",
    });
    const doctor = await iris.mlt(["doctor"], filesOf("server", "other"));
    expect([doctor.exitCode, doctor.stdout.includes("✗ certificate")]).toEqual([3, true]);
  },
);
