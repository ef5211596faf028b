import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** What compresses layers here. Another one makes other bytes of the same layer, so a cache tells them apart. */
export interface Compression {
  readonly name: string;
  /** Writes the archive to the file, compressed. */
  write(archive: AsyncIterable<Uint8Array>, sizeBytes: number, path: string): Promise<void>;
}

/** More than this is not held in memory. */
const mostInMemoryBytes = 512 * 1_048_576;

/** libdeflate's strongest where Bun is, which is smaller and faster than zlib's; else zlib's, as for a huge layer. */
export function gzipCompression(): Compression {
  if (typeof Bun === "undefined") return { name: "zlib-9", write: streamed };
  return {
    name: `libdeflate-12-bun-${Bun.version}`,
    async write(archive, sizeBytes, path) {
      if (sizeBytes > mostInMemoryBytes) return await streamed(archive, sizeBytes, path);
      const whole = new Uint8Array(sizeBytes);
      let offset = 0;
      for await (const chunk of archive) {
        whole.set(chunk, offset);
        offset += chunk.length;
      }
      await writeFile(path, await inThread(whole));
    },
  };
}

/** As text, since a program that is compiled has no file of it. */
const threadSource = `self.onmessage = ({ data }) => {
  const compressed = Bun.gzipSync(data, { library: "libdeflate", level: 12 });
  self.postMessage(compressed, [compressed.buffer]);
};`;

/** Ten seconds for a program, in which a signal is to be heard. The bytes are gone afterwards. */
async function inThread(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([threadSource], { type: "application/javascript" }));
  const thread = new Worker(url);
  try {
    return await new Promise((resolve, reject) => {
      thread.onmessage = ({ data }: MessageEvent<Uint8Array>) => resolve(data);
      thread.onerror = ({ message }) => reject(new Error(`Cannot compress a layer: ${message}`));
      thread.postMessage(bytes, [bytes.buffer]);
    });
  } finally {
    thread.terminate();
    URL.revokeObjectURL(url);
  }
}

async function streamed(archive: AsyncIterable<Uint8Array>, _: number, path: string): Promise<void> {
  await pipeline(Readable.from(archive), createGzip({ level: 9 }), createWriteStream(path));
}
