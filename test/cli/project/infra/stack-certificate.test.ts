import { expect } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { findCertificate, type OwnCertificate } from "../../../../cli/project/infra/stack-certificate.ts";
import { openssl, testAuthority } from "../../../support/certificates.ts";
import { failure } from "../../../support/failure.ts";
import { type TempDir, tempDir } from "../../../support/temp-dir.ts";
import { testWith } from "../../../support/tools.ts";

const names = ["localhost", "127.0.0.1", "search"];

function find(
  dir: TempDir,
  changes: { isOn?: boolean; names?: readonly string[]; own?: OwnCertificate } = {},
) {
  const files = { on: "MLT_TLS", chain: "cert", key: "key", authority: "root" };
  const certificate = { ...files, isOn: true, names, own: undefined, ...changes };
  const stack = { certificate, composeProject: "mlt-efk", services: ["search"] };
  return findCertificate({ secretsDir: dir.path }, stack);
}

testWith(["openssl"], "findCertificate() has empty files for a stack without TLS", async () => {
  using dir = tempDir();
  expect(await find(dir, { isOn: false })).toEqual({ texts: { cert: "", key: "", root: "" } });
});

testWith(
  ["openssl"],
  "findCertificate() makes one once, and anew for a name that it is not for",
  async () => {
    using dir = tempDir();
    const first = await find(dir);
    expect(first.made).toBe("cert");
    expect(first.texts["root"]).toBe(first.texts["cert"]);
    await dir.write(first.texts);
    expect(await find(dir)).toEqual({ texts: first.texts });
    const other = await find(dir, { names: [...names, "10.0.0.5"] });
    expect(other.made).toBe("cert");
    expect(new X509Certificate(other.texts["cert"] ?? "").checkIP("10.0.0.5")).toBeDefined();
  },
);

testWith(
  ["openssl"],
  "findCertificate() makes another where the files hold somebody else's, damage, or nothing",
  async () => {
    using dir = tempDir();
    const first = await find(dir);
    for (const texts of [
      { cert: "damaged", key: "" },
      { cert: first.texts["cert"] ?? "", key: "damaged" },
    ]) {
      await dir.write(texts);
      expect((await find(dir)).made).toBe("cert");
    }
    testAuthority(dir.path).issue("own");
    await dir.write({ cert: await Bun.file(join(dir.path, "own.pem")).text() });
    await dir.write({ key: await Bun.file(join(dir.path, "own.key")).text() });
    expect((await find(dir)).made).toBe("cert");
  },
);

/** A certificate that is signed by itself, of the person's own, with a key in the older form. */
function ownCertificate(dir: TempDir, alternatives: string): OwnCertificate {
  const subject = ["-subj", "/CN=own", "-addext", `subjectAltName=${alternatives}`];
  openssl(dir.path, [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "8.key",
    "-out",
    "own.pem",
    ...subject,
  ]);
  openssl(dir.path, ["rsa", "-traditional", "-in", "8.key", "-out", "own.key"]);
  return { certFile: join(dir.path, "own.pem"), keyFile: join(dir.path, "own.key"), caFile: undefined };
}

testWith(
  ["openssl"],
  "findCertificate() takes the person's own, with its key in the form that OpenSearch reads",
  async () => {
    using dir = tempDir();
    const own = ownCertificate(dir, "DNS:localhost,DNS:search");
    const { texts, made } = await find(dir, { own });
    const cert = await Bun.file(own.certFile).text();
    expect([made, texts["cert"], texts["root"]]).toEqual([undefined, cert, cert]);
    expect(texts["key"]).toStartWith("-----BEGIN PRIVATE KEY-----\n");
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(texts["key"] ?? ""))).toBe(true);
  },
);

testWith(
  ["openssl"],
  "findCertificate() refuses a certificate that the services could not call each other by",
  async () => {
    using dir = tempDir();
    const own = ownCertificate(dir, "DNS:logs.example.org");
    const { message, exitCode } = await failure(() => find(dir, { own }));
    expect([message, exitCode]).toEqual([
      `The certificate in "${own.certFile}" is not for localhost, search`,
      3,
    ]);
  },
);

testWith(
  ["openssl"],
  "findCertificate() asks for the authority of a certificate that another signed",
  async () => {
    using dir = tempDir();
    openssl(dir.path, ["genpkey", "-algorithm", "ed25519", "-out", "root.key"]);
    openssl(dir.path, ["req", "-x509", "-new", "-key", "root.key", "-out", "root.pem", "-subj", "/CN=root"]);
    openssl(dir.path, ["genpkey", "-algorithm", "ed25519", "-out", "own.key"]);
    const request = ["-addext", "subjectAltName=DNS:localhost,DNS:search", "-subj", "/CN=own"];
    openssl(dir.path, ["req", "-new", "-key", "own.key", "-out", "own.csr", ...request]);
    const signer = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-copy_extensions", "copy"];
    openssl(dir.path, ["x509", "-req", "-in", "own.csr", "-out", "own.pem", ...signer]);
    const own = {
      certFile: join(dir.path, "own.pem"),
      keyFile: join(dir.path, "own.key"),
      caFile: undefined,
    };
    const { hint } = await failure(() => find(dir, { own }));
    expect(hint).toBe("Name the certificate of that authority in infra.efk.tls_ca_file.");
    const { texts } = await find(dir, { own: { ...own, caFile: join(dir.path, "root.pem") } });
    expect(texts["root"]).toBe(await Bun.file(join(dir.path, "root.pem")).text());
  },
);
