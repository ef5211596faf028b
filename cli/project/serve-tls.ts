import { resolve } from "node:path";
import { type LoadedTls, readTlsFiles } from "../../adapters/tls-files.ts";
import { MltError } from "../../core/errors.ts";
import type { Project } from "./open-project.ts";

/**
 * The certificate and key that the project's service is to prove itself with; `undefined`: it speaks plain HTTP.
 *
 * @throws {MltError} when only one of them is set, or they cannot serve
 */
export async function serveTls({
  root,
  config,
}: Pick<Project, "root" | "config">): Promise<LoadedTls | undefined> {
  const { tls_cert_file: certFile, tls_key_file: keyFile } = config.serve;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw oneAlone("serve.tls_key_file", "serve.tls_cert_file");
  if (keyFile === undefined) throw oneAlone("serve.tls_cert_file", "serve.tls_key_file");
  return await readTlsFiles({ certFile: resolve(root, certFile), keyFile: resolve(root, keyFile) });
}

function oneAlone(set: string, unset: string): MltError {
  return new MltError(`${set} is set, and ${unset} is not`, {
    hint: "Set both to serve HTTPS, or neither to serve HTTP.",
  });
}

/** Why clients will not trust the certificate on that day, as a sentence; `undefined` where its dates are right. */
export function dateFault({ subject, validFrom, validTo }: LoadedTls, today: Date): string | undefined {
  if (today > validTo)
    return `The certificate of ${subject} expired on ${dayOf(validTo)}; clients will refuse it`;
  if (today < validFrom) return `The certificate of ${subject} is not valid before ${dayOf(validFrom)}`;
  return undefined;
}

/** `2026-11-24` */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
