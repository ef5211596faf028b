import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTlsFiles, type TlsFiles } from "../../adapters/tls-files.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { issueExpired, openssl, testAuthority } from "../support/certificates.ts";
import { type TempDir, tempDir } from "../support/temp-dir.ts";
import { executablePath, testWith } from "../support/tools.ts";

let dir: TempDir;
const file = (name: string) => join(dir.path, name);
const text = (name: string) => readFileSync(file(name), "utf8");
const write = (name: string, content: string) => writeFileSync(file(name), content);
beforeAll(() => {
  dir = tempDir();
  if (executablePath("openssl") === undefined) return;
  const authority = testAuthority(dir.path);
  for (const name of ["server", "other"]) authority.issue(name);
  issueExpired(dir.path, "expired");
});
afterAll(() => dir[Symbol.dispose]());

async function refusal(files: TlsFiles): Promise<MltError> {
  const error = await readTlsFiles(files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MltError)) throw new Error("readTlsFiles() did not refuse", { cause: error });
  expect(error.exitCode).toBe(ExitCode.input);
  return error;
}

testWith(["openssl"], "readTlsFiles() gives both texts, and whose certificate it is until when", async () => {
  const loaded = await readTlsFiles({ certFile: file("server.pem"), keyFile: file("server.key") });
  expect({ cert: loaded.cert, key: loaded.key }).toEqual({
    cert: text("server.pem"),
    key: text("server.key"),
  });
  expect(loaded.subject).toBe("CN=localhost");
  expect(loaded.validTo.getTime()).toBeGreaterThan(loaded.validFrom.getTime());
});

testWith(
  ["openssl"],
  "readTlsFiles() leaves it to the caller what to do about a certificate's dates",
  async () => {
    const { validFrom, validTo } = await readTlsFiles({
      certFile: file("expired.pem"),
      keyFile: file("expired.key"),
    });
    expect(validFrom.toISOString()).toBe("2020-01-01T00:00:00.000Z");
    expect(validTo.toISOString()).toBe("2020-02-01T00:00:00.000Z");
  },
);

testWith(["openssl"], "readTlsFiles() takes a key of every kind that openssl writes", async () => {
  openssl(dir.path, ["ec", "-in", "server.key", "-out", "sec1.key"]);
  const files = { certFile: file("server.pem"), keyFile: file("sec1.key") };
  expect(text("sec1.key")).toStartWith("-----BEGIN EC PRIVATE KEY-----");
  expect((await readTlsFiles(files)).subject).toBe("CN=localhost");
  const rsa = [
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=rsa",
    "-out",
    "rsa.pem",
    "-keyout",
    "rsa.key",
  ];
  openssl(dir.path, ["req", ...rsa]);
  openssl(dir.path, ["rsa", "-traditional", "-in", "rsa.key", "-out", "pkcs1.key"]);
  expect(text("pkcs1.key")).toStartWith("-----BEGIN RSA PRIVATE KEY-----");
  for (const key of ["rsa.key", "pkcs1.key"])
    expect((await readTlsFiles({ certFile: file("rsa.pem"), keyFile: file(key) })).subject).toBe("CN=rsa");
});

testWith(
  ["openssl"],
  "readTlsFiles() refuses another certificate's key, and a chain in the wrong order",
  async () => {
    const hint =
      "Name the two files that were made together; the server's own certificate comes first in its file.";
    const other = await refusal({ certFile: file("server.pem"), keyFile: file("other.key") });
    expect([other.message, other.hint]).toEqual([
      `The private key in "${file("other.key")}" does not belong to the certificate in "${file("server.pem")}"`,
      hint,
    ]);
    write("reversed.pem", text("middle.pem") + text("server.pem"));
    const reversed = await refusal({ certFile: file("reversed.pem"), keyFile: file("server.key") });
    expect(reversed.hint).toBe(hint);
  },
);

testWith(
  ["openssl"],
  "readTlsFiles() refuses what is no PEM of its kind, or damaged, or locked",
  async () => {
    const messageFor = async (cert: string, key: string) =>
      (await refusal({ certFile: file(cert), keyFile: file(key) })).message;
    openssl(dir.path, ["x509", "-in", "server.pem", "-outform", "der", "-out", "server.der"]);
    expect(await messageFor("server.der", "server.key")).toBe(
      `There is no PEM certificate in "${file("server.der")}"`,
    );
    expect(await messageFor("server.key", "server.key")).toBe(
      `There is no PEM certificate in "${file("server.key")}"`,
    );
    const blocks = text("server.pem").split("-----BEGIN CERTIFICATE-----\n");
    write(
      "damaged.pem",
      [...blocks.slice(0, -1), "AAAA\n-----END CERTIFICATE-----\n"].join("-----BEGIN CERTIFICATE-----\n"),
    );
    expect(await messageFor("damaged.pem", "server.key")).toBe(
      `Certificate 2 in "${file("damaged.pem")}" is damaged`,
    );
    expect(await messageFor("server.pem", "server.pem")).toBe(
      `There is no PEM private key in "${file("server.pem")}"`,
    );
    write("empty.key", "");
    expect(await messageFor("server.pem", "empty.key")).toBe(
      `There is no PEM private key in "${file("empty.key")}"`,
    );
    openssl(dir.path, [
      "pkey",
      "-in",
      "server.key",
      "-aes128",
      "-passout",
      "pass:hunter2",
      "-out",
      "locked.key",
    ]);
    const locked = await refusal({ certFile: file("server.pem"), keyFile: file("locked.key") });
    expect(locked.message).toBe(`The private key in "${file("locked.key")}" is locked by a passphrase`);
    expect(locked.hint).toBe(
      `Unlock it for the service: openssl pkey -in "${file("locked.key")}" -out unlocked.pem`,
    );
  },
);

test("readTlsFiles() names the file that it cannot read, and its setting", async () => {
  const files = { certFile: file("nothing.pem"), keyFile: file("nothing.key") };
  const error = await refusal(files);
  expect(error.message).toBe(`Cannot read the certificate "${file("nothing.pem")}"`);
  expect(error.hint).toBe(
    "Check that serve.tls_cert_file is the path of a PEM file, and that this user may read it.",
  );
  write("some.pem", "");
  const keyError = await refusal({ ...files, certFile: file("some.pem") });
  expect(keyError.message).toBe(`Cannot read the private key "${file("nothing.key")}"`);
});
