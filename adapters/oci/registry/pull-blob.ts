import { createHash, type Hash, randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { Descriptor } from "../../../core/image/descriptor.ts";
import { bodyParts, wholeBody } from "./exchange.ts";
import type { RegistrySession } from "./registry-session.ts";
import { answerTrouble, RegistryTrouble } from "./registry-trouble.ts";

/**
 * Streams a blob to a file, which is there only once its size and digest are what the descriptor says. Goes on from
 * where a connection broke.
 *
 * @throws {RegistryTrouble} where it cannot be had, or is another
 */
export async function pullBlob(
  session: RegistrySession,
  descriptor: Descriptor,
  path: string,
): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(partial, "wx");
    try {
      const download: Download = { descriptor, file, hash: createHash("sha256"), received: 0 };
      await session.patiently(() => receive(session, download));
      if (`sha256:${download.hash.digest("hex")}` !== descriptor.digest) throw otherContent(descriptor);
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

interface Download {
  readonly descriptor: Descriptor;
  readonly file: FileHandle;
  hash: Hash;
  received: number;
}

const longestRefusal = 64 * 1024;

async function receive(session: RegistrySession, download: Download): Promise<void> {
  const { descriptor, received } = download;
  const url = session.url(`blobs/${descriptor.digest}`);
  const headers = {
    // The digest is of the bytes as they are stored.
    "accept-encoding": "identity",
    ...(received === 0 ? {} : { range: `bytes=${received}-` }),
  };
  await session.exchange({ method: "GET", url, headers, access: "pull" }, async (response, alive) => {
    await checkAnswer(response, alive, download);
    if (!isFrom(response, received)) await beginAnew(download);
    for await (const part of bodyParts(response, alive)) {
      if (download.received + part.length > descriptor.size) throw otherContent(descriptor);
      await append(download, part);
    }
  });
  if (download.received < descriptor.size) {
    throw new RegistryTrouble(`it ends ${descriptor.digest} too early`, { isPassing: true });
  }
}

async function checkAnswer(response: Response, alive: () => void, { descriptor, received }: Download) {
  const { status } = response;
  // What breaks off at its very end is shorter than was said.
  if (status === 416 && received > 0) throw otherContent(descriptor);
  if (status !== 200 && status !== 206) throw answerTrouble(await wholeBody(longestRefusal)(response, alive));
}

/** Whether the answer goes on where the last one broke off. */
function isFrom({ status, headers }: Response, offset: number): boolean {
  return status === 206 && (headers.get("content-range") ?? "").startsWith(`bytes ${offset}-`);
}

async function beginAnew(download: Download): Promise<void> {
  await download.file.truncate(0);
  download.hash = createHash("sha256");
  download.received = 0;
}

async function append(download: Download, part: Uint8Array): Promise<void> {
  let written = 0;
  while (written < part.length) {
    const { bytesWritten } = await download.file.write(
      part,
      written,
      part.length - written,
      download.received + written,
    );
    written += bytesWritten;
  }
  download.hash.update(part);
  download.received += part.length;
}

function otherContent({ digest }: Descriptor): RegistryTrouble {
  return new RegistryTrouble(`what it sends is not ${digest}`, {
    hint: "Do not use it: ask who runs the registry.",
  });
}
