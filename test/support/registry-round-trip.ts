/** Pushes a file as a blob, pulls it again, and prints what came of that: run by tests on other runtimes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import { openRegistry } from "../../adapters/oci/registry/open-registry.ts";
import { parseImageReference } from "../../core/image/image-reference.ts";

const [scheme = "", name = "", nothing = "", source = "", target = ""] = process.argv.slice(2);
const sha256 = (path: string) => `sha256:${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
const size = readFileSync(source).length;
const descriptor = { mediaType: "application/octet-stream", digest: sha256(source), size };
const open = (reference: string, isInsecure?: boolean) =>
  openRegistry({
    reference: parseImageReference(reference),
    credentials: () => Promise.resolve({ username: "ada", password: "pass:word" }),
    isInsecure,
    patience: { attempts: 2, firstPauseMs: 10 },
  });
const registry = open(name, scheme === "http");
const uploaded = [
  await registry.pushBlob(descriptor, { source }),
  await registry.pushBlob(descriptor, { source }),
];
await registry.blob(descriptor, target);
const failures: string[] = [];
for (const failing of [open(`${nothing}/a`), open("no.such.invalid/a"), open(name, scheme !== "http")]) {
  await failing
    .digestOf("1")
    .catch((error: unknown) => failures.push(error instanceof Error ? error.message : ""));
}
console.log(JSON.stringify({ uploaded, isSame: sha256(target) === descriptor.digest, failures }));
