import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import type { NativeName } from "../../adapters/embedded.ts";
import type { Target } from "./targets.ts";

/** A native add-on's files on this disk, compressed. */
export interface CompressedSet {
  readonly key: string;
  readonly entry: string;
  readonly files: readonly { readonly name: string; readonly path: string; readonly sizeBytes: number }[];
}

/** Compresses the natives of one target to `dir`, unless they are there from an earlier build. */
export function compressNatives(
  target: Target,
  dir: string,
  level: number,
): Record<NativeName, CompressedSet> {
  const onnxruntime = join("node_modules/onnxruntime-node/bin/napi-v6", target.os, target.arch);
  return {
    onnxruntime: compress("onnxruntime", onnxruntime, dir, level),
    polars: compress("polars", target.polarsDir, dir, level),
  };
}

function compress(name: NativeName, source: string, dir: string, level: number): CompressedSet {
  const paths = readdirSync(source)
    .filter((file) => /\.(node|dylib)$|\.so(\.\d+)?$/.test(file))
    .sort()
    .map((file) => join(source, file));
  const entry = paths.find((path) => path.endsWith(".node"));
  if (entry === undefined) throw new RangeError(`${source} holds no add-on`);
  const all = createHash("sha256");
  const files = paths.map((path) => {
    const bytes = readFileSync(path);
    const hash = createHash("sha256").update(bytes).digest("hex");
    all.update(basename(path)).update(hash);
    const compressed = join(dir, `${hash.slice(0, 16)}-${level}.zst`);
    if (!existsSync(compressed)) writeCompressed(compressed, bytes, level);
    return { name: basename(path), path: compressed, sizeBytes: bytes.length };
  });
  return { key: `${name}-${all.digest("hex").slice(0, 16)}`, entry: basename(entry), files };
}

function writeCompressed(path: string, bytes: Uint8Array, level: number): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_windowLog]: 24,
  };
  writeFileSync(path, zstdCompressSync(bytes, { params }));
}
