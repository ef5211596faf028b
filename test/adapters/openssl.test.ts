import { expect } from "bun:test";
import { X509Certificate } from "node:crypto";
import { selfSigned } from "../../adapters/openssl.ts";
import { askService } from "../../adapters/service-client.ts";
import { failure } from "../support/failure.ts";
import { testWith } from "../support/tools.ts";

const options = { commonName: "mlt-efk", names: ["localhost", "127.0.0.1", "::1", "search"], days: 2 };

testWith(["openssl"], "selfSigned() makes a certificate for each name that is no authority", async () => {
  const { cert, key } = await selfSigned(options, process.env);
  const certificate = new X509Certificate(cert);
  expect([certificate.subject, certificate.issuer, certificate.ca]).toEqual([
    "CN=mlt-efk",
    "CN=mlt-efk",
    false,
  ]);
  expect(certificate.checkHost("search")).toBe("search");
  expect(certificate.checkIP("::1")).toBeDefined();
  expect(certificate.checkHost("other")).toBeUndefined();
  // Of the form PKCS #8.
  expect(key).toStartWith("-----BEGIN PRIVATE KEY-----\n");
});

testWith(
  ["openssl"],
  "askService() takes an answer of who has the certificate that it is given, and of nobody else",
  async () => {
    const identity = await selfSigned(options, process.env);
    const { cert } = await selfSigned(options, process.env);
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: identity,
      fetch: () => new Response("here"),
    });
    const ask = (ca: string) =>
      askService(new URL(`https://127.0.0.1:${server.port}/`), { timeoutMs: 5_000, verifies: true, ca });
    expect(await ask(identity.cert)).toEqual({ status: 200, text: "here" });
    expect((await failure(() => ask(cert))).message).toContain("its certificate is not trusted");
  },
);

testWith(["openssl"], "selfSigned() says that openssl is missing, and what to do without it", async () => {
  const { message, hint } = await failure(() => selfSigned(options, { PATH: "/nowhere" }));
  expect([message, hint]).toEqual([
    "There is no openssl on PATH, which makes the certificate",
    "Install it, or name a certificate of your own in infra.efk.tls_cert_file and infra.efk.tls_key_file.",
  ]);
});
