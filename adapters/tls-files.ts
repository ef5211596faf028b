import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MltError } from "../core/errors.ts";

/** What a server proves itself with. */
export interface TlsIdentity {
  /** PEM: the server's own certificate first, then those between it and the root. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Of config.yaml, for errors. */
  readonly section?: "serve" | "infra.efk";
}

export interface LoadedTls extends TlsIdentity {
  /** Of the server's own certificate: `CN=api.example.org`. */
  readonly subject: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/**
 * Reads a certificate and its private key, and checks that they belong together; whether the certificate is valid
 * today is left to the caller.
 *
 * @throws {MltError} when a file cannot be read, is no PEM of its kind, or the key is another's
 */
export async function readTlsFiles({ certFile, keyFile, section = "serve" }: TlsFiles): Promise<LoadedTls> {
  const [certSetting, keySetting] = [`${section}.tls_cert_file`, `${section}.tls_key_file`];
  const cert = await readText(certFile, "certificate", certSetting);
  const key = await readText(keyFile, "private key", keySetting);
  const certificate = parseCertificates(cert, certFile, certSetting);
  if (!certificate.checkPrivateKey(parseKey(key, keyFile, keySetting))) {
    throw new MltError(
      `The private key in "${keyFile}" does not belong to the certificate in "${certFile}"`,
      {
        hint: "Name the two files that were made together; the server's own certificate comes first in its file.",
      },
    );
  }
  const { subject, validFrom, validTo } = certificate;
  return { cert, key, subject, validFrom: new Date(validFrom), validTo: new Date(validTo) };
}

async function readText(path: string, what: string, setting: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new MltError(`Cannot read the ${what} "${path}"`, {
      hint: `Check that ${setting} is the path of a PEM file, and that this user may read it.`,
      cause,
    });
  }
}

/** The first certificate, once all of them are read: a server that starts with a bad one fails at every client. */
function parseCertificates(text: string, path: string, setting: string): X509Certificate {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  const [first] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw notPem(`Certificate ${index + 1} in "${path}" is damaged`, setting, cause);
    }
  });
  if (first === undefined) throw notPem(`There is no PEM certificate in "${path}"`, setting);
  return first;
}

function notPem(message: string, setting: string, cause?: unknown): MltError {
  return new MltError(message, {
    hint: `Set ${setting} to a file that begins with "-----BEGIN CERTIFICATE-----".`,
    cause,
  });
}

function parseKey(text: string, path: string, setting: string): ReturnType<typeof createPrivateKey> {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new MltError(`The private key in "${path}" is locked by a passphrase`, {
      hint: `Unlock it for the service: openssl pkey -in "${path}" -out unlocked.pem`,
    });
  }
  try {
    return createPrivateKey(text);
  } catch {
    // Without its cause, which may quote the key.
    throw new MltError(`There is no PEM private key in "${path}"`, {
      hint: `Set ${setting} to a file that begins with "-----BEGIN PRIVATE KEY-----".`,
    });
  }
}
