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
  const bun = Bun;
  return {
    name: `libdeflate-12-bun-${bun.version}`,
    async write(archive, sizeBytes, path) {
      if (sizeBytes > mostInMemoryBytes) return await streamed(archive, sizeBytes, path);
      const whole = new Uint8Array(sizeBytes);
      let offset = 0;
      for await (const chunk of archive) {
        whole.set(chunk, offset);
        offset += chunk.length;
      }
      await writeFile(path, bun.gzipSync(whole, { library: "libdeflate", level: 12 }));
    },
  };
}

async function streamed(archive: AsyncIterable<Uint8Array>, _: number, path: string): Promise<void> {
  await pipeline(Readable.from(archive), createGzip({ level: 9 }), createWriteStream(path));
}
