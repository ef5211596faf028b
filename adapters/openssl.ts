import { readFile, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, MltError } from "../core/errors.ts";
import { type Environment, lastLine, runProgram } from "./run-program.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";
import type { TlsIdentity } from "./tls-files.ts";

export interface SelfSignedOptions {
  /** Its subject is `CN=` and this. */
  readonly commonName: string;
  /** Names and addresses that it is good for. */
  readonly names: readonly string[];
  readonly days: number;
}

/** Makes a key, and a certificate that it signs itself, by openssl. @throws {MltError} external: without openssl, or when it fails */
export async function selfSigned(options: SelfSignedOptions, env: Environment): Promise<TlsIdentity> {
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-certificate-"), mode: 0o700 }, (dir) =>
    make(dir, options, env),
  );
}

async function make(
  dir: string,
  { commonName, names, days }: SelfSignedOptions,
  env: Environment,
): Promise<TlsIdentity> {
  const [config, key, cert] = ["openssl.cnf", "key.pem", "cert.pem"].map((name) => join(dir, name));
  if (config === undefined || key === undefined || cert === undefined) throw new RangeError("No paths");
  await writeFile(config, configText(commonName, names), { mode: 0o600 });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const files = ["-config", config, "-keyout", key, "-out", cert];
  const said = await runProgram("openssl", ["req", "-x509", ...curve, "-days", `${days}`, ...files], { env });
  if (said === undefined) {
    throw new MltError("There is no openssl on PATH, which makes the certificate", {
      hint: "Install it, or name a certificate of your own in infra.efk.tls_cert_file and infra.efk.tls_key_file.",
      exitCode: ExitCode.external,
    });
  }
  if (said.exitCode !== 0) {
    throw new MltError(`openssl makes no certificate: ${lastLine(said)}`, {
      hint: "Mend that, or name a certificate of your own in infra.efk.tls_cert_file and infra.efk.tls_key_file.",
      exitCode: ExitCode.external,
    });
  }
  return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
}

/** No authority: its key can sign no other certificate that somebody takes who trusts this one. */
function configText(commonName: string, names: readonly string[]): string {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`);
  return `[req]
prompt = no
distinguished_name = subject
x509_extensions = extensions
[subject]
CN = ${commonName}
[extensions]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = ${alternatives.join(",")}
`;
}
