import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { readCaFile } from "../../../adapters/fluentd/ca-file.ts";
import { selfSigned } from "../../../adapters/openssl.ts";
import { readTlsFiles } from "../../../adapters/tls-files.ts";
import { MltError } from "../../../core/errors.ts";
import type { InfraFolder } from "./infra-folder.ts";
import type { ReadStack } from "./read-stacks.ts";

/** The certificate of a stack, as texts of secrets. */
export interface FoundCertificate {
  /** By the name of their file; empty where the stack has none. */
  readonly texts: Readonly<Record<string, string>>;
  /** Name of the file, where it was made just now. */
  readonly made?: string;
}

/** What was brought to the services the last time: what they have, whatever the configuration says now. */
export async function keptCertificate(
  folder: Pick<InfraFolder, "secretsDir">,
  { certificate }: Pick<ReadStack, "certificate">,
): Promise<FoundCertificate> {
  if (certificate === undefined) return { texts: {} };
  const names = [certificate.chain, certificate.key, certificate.authority];
  const texts = names.map(async (name) => [name, await readKept(folder, name)] as const);
  return { texts: Object.fromEntries(await Promise.all(texts)) };
}

function readKept({ secretsDir }: Pick<InfraFolder, "secretsDir">, name: string): Promise<string> {
  return readFile(join(secretsDir, name), "utf8").catch(() => "");
}

const days = 825;
/** One that ends sooner is made anew. */
const leastDays = 30;

/** The person's own certificate, else the one that was made before, else a new one; nothing is written. */
export async function findCertificate(
  folder: Pick<InfraFolder, "secretsDir">,
  stack: Pick<ReadStack, "certificate" | "composeProject" | "services">,
): Promise<FoundCertificate> {
  const { certificate } = stack;
  if (certificate === undefined) return { texts: {} };
  const { chain, key, authority, isOn, own, names } = certificate;
  const texts = (cert: string, keyText: string, trusted: string) => ({
    [chain]: cert,
    [key]: keyText,
    [authority]: trusted,
  });
  if (!isOn) return { texts: texts("", "", "") };
  if (own !== undefined) {
    const given = await readOwn(own, stack.services);
    return { texts: texts(given.cert, given.key, given.authority) };
  }
  const [cert, keyText] = [await readKept(folder, chain), await readKept(folder, key)];
  const commonName = stack.composeProject;
  if (isGood(cert, keyText, { commonName, names })) {
    return { texts: texts(cert, keyText, cert) };
  }
  const made = await selfSigned({ commonName, names, days }, process.env);
  return { texts: texts(made.cert, made.key, made.cert), made: chain };
}

/** Whether it is one that was made here, for these names, and lasts. */
function isGood(
  cert: string,
  key: string,
  { commonName, names }: { readonly commonName: string; readonly names: readonly string[] },
): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const lastsMs = Date.parse(certificate.validTo) - Date.now();
    return (
      certificate.subject === `CN=${commonName}` &&
      certificate.issuer === certificate.subject &&
      lastsMs > leastDays * 86_400_000 &&
      names.every((name) => isFor(certificate, name)) &&
      certificate.checkPrivateKey(createPrivateKey(key))
    );
  } catch {
    // It is damaged, and nobody else's.
    return false;
  }
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** Files of the person's own certificate; paths. */
export interface OwnCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string | undefined;
}

async function readOwn({ certFile, keyFile, caFile }: OwnCertificate, services: readonly string[]) {
  const { cert, key } = await readTlsFiles({ certFile, keyFile, section: "infra.efk" });
  const leaf = new X509Certificate(cert);
  const needed = ["localhost", ...["search", "dashboards"].filter((name) => services.includes(name))];
  const missing = needed.filter((name) => !isFor(leaf, name));
  if (missing.length > 0) {
    throw new MltError(`The certificate in "${certFile}" is not for ${missing.join(", ")}`, {
      hint: "Have it made for these names too, since the services call each other so, or leave infra.efk.tls_cert_file out.",
    });
  }
  if (caFile === undefined && leaf.issuer !== leaf.subject) {
    throw new MltError(`The certificate in "${certFile}" was signed by another`, {
      hint: "Name the certificate of that authority in infra.efk.tls_ca_file.",
    });
  }
  const authority = caFile === undefined ? cert : await readCaFile(caFile, "infra.efk.tls_ca_file");
  // OpenSearch reads a key in no other form.
  const pkcs8 = createPrivateKey(key).export({ type: "pkcs8", format: "pem" });
  return { cert, key: pkcs8.toString(), authority };
}
