/** A file inside the compiled binary. */
export interface EmbeddedFile {
  /** Where the binary's own file system holds the compressed bytes. */
  readonly path: string;
  /** Of the file itself, uncompressed. */
  readonly sizeBytes: number;
}

/** A native add-on with the libraries that must lie beside it. */
export interface NativeSet {
  /** Named by the content, so that two versions of mlt never share a folder. */
  readonly key: string;
  /** Zstandard-compressed, by file name. */
  readonly files: Readonly<Record<string, EmbeddedFile>>;
  /** The file to load. */
  readonly entry: string;
}

export type NativeName = "onnxruntime" | "polars";

export interface Embedded {
  readonly natives: Readonly<Record<NativeName, NativeSet>>;
  /** Gzip-compressed, by name: templates, the docs page, editor types. */
  readonly assets: Readonly<Record<string, EmbeddedFile>>;
  /** Named by the content of the test kit among the assets. */
  readonly testKitKey: string;
}

/** What the build put into the binary: `ops/build/compile.ts` replaces this module; absent when run from source. */
export const embedded: Embedded | undefined = undefined;
