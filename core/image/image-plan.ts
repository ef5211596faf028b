/** What an image runs on. */
export interface ImagePlatform {
  readonly os: "linux";
  readonly architecture: "amd64" | "arm64";
}

/** A file of a layer. */
export interface ImageFile {
  /** From the root of the image, without a slash at its begin: `app/config.yaml`. */
  readonly path: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
  /** Its bytes, or the file of this machine that has them. */
  readonly content: Uint8Array | { readonly source: string; readonly sizeBytes: number };
}

/** A folder that must be there though it is empty, or that is somebody else's than root's. */
export interface ImageFolder {
  /** From the root of the image, without slashes at its ends: `var/lib/mlt/spool`. */
  readonly path: string;
  /** Permissions, such as 0o755. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Files that change together; the last layer changes most often. */
export interface ImageLayer {
  readonly name: "program" | "config" | "model";
  /** Root's, and so are the folders that they need. */
  readonly files: readonly ImageFile[];
  readonly folders?: readonly ImageFolder[];
}

/** How a container of the image is run, as the OCI image configuration has it. */
export interface ImageRuntime {
  /** Numeric, as Kubernetes asks for where it refuses root: `65532:65532`. */
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** TCP port that it listens on, if it does. */
  readonly port?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Command that exits 0 while the service is ready. */
  readonly healthcheck: readonly string[];
}

/** All that an image is made of: the same plan makes the same image. */
export interface ImagePlan {
  readonly platform: ImagePlatform;
  /** What it stands on: a reference, `oci:` with a folder and maybe a tag, or `scratch`. */
  readonly base: string;
  /** From the bottom. */
  readonly layers: readonly ImageLayer[];
  readonly runtime: ImageRuntime;
  /** ISO 8601, UTC. */
  readonly created: string;
}
