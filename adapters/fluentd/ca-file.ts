import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MltError } from "../../core/errors.ts";

/** The PEM text of the authorities that Fluentd's certificate is held against. @throws {MltError} when it is none, or cannot be read */
export async function readCaFile(path: string, setting = "logging.fluentd.tls_ca_file"): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new MltError(`Cannot read the authority's certificate "${path}"`, {
      hint: `Check that ${setting} is the path of a PEM file, and that this user may read it.`,
      cause,
    });
  }
  const [first, ...others] = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (first === undefined) throw notPem(`There is no PEM certificate in "${path}"`, setting);
  for (const block of [first, ...others]) checkCertificate(block, path, setting);
  return text;
}

function checkCertificate(block: string, path: string, setting: string): void {
  try {
    new X509Certificate(block);
  } catch (cause) {
    throw notPem(`A certificate in "${path}" is damaged`, setting, cause);
  }
}

function notPem(message: string, setting: string, cause?: unknown): MltError {
  return new MltError(message, {
    hint: `Set ${setting} to a file that begins with "-----BEGIN CERTIFICATE-----".`,
    cause,
  });
}
