import { expect, test } from "bun:test";
import { join } from "node:path";
import { readCaFile } from "../../../adapters/fluentd/ca-file.ts";
import { testAuthority } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

testWith(["openssl"], "readCaFile() gives the text of a PEM file with certificates", async () => {
  using dir = tempDir();
  const { root } = testAuthority(dir.path);
  await dir.write({ "two.pem": `# ours\n${root}${root}` });
  expect(await readCaFile(join(dir.path, "two.pem"))).toBe(`# ours\n${root}${root}`);
});

const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
test.each([
  ["is not there", undefined, "Cannot read the authority's certificate"],
  ["is empty", "", "There is no PEM certificate in"],
  ["holds a damaged certificate", damaged, "A certificate in"],
])("readCaFile() names a file that %s", async (_, text, message) => {
  using dir = tempDir();
  if (text !== undefined) await dir.write({ "ca.pem": text });
  const path = join(dir.path, "ca.pem");
  const error = await failure(() => readCaFile(path));
  expect(error.message).toStartWith(`${message} "${path}"`);
  expect(error.hint).toContain("logging.fluentd.tls_ca_file");
});
