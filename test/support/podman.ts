import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

/** A store of Podman's that is the test's own. */
export interface PodmanStore {
  /** Leads the `podman` program to it, and to registries on 127.0.0.1 without TLS. */
  readonly env: Readonly<Record<string, string | undefined>>;
  [Symbol.dispose](): void;
}

/** What a test that uses `podmanStore` needs. */
export const podmanTools = ["linux", "root", "podman"];

export function podmanStore(): PodmanStore {
  const dir = tempDir();
  const [storage, registries] = [join(dir.path, "storage.conf"), join(dir.path, "registries.conf")];
  // This driver mounts nothing.
  const paths = `graphroot = "${join(dir.path, "root")}"\nrunroot = "${join(dir.path, "run")}"`;
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${paths}\n`);
  writeFileSync(registries, '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n');
  return {
    env: { ...process.env, CONTAINERS_STORAGE_CONF: storage, CONTAINERS_REGISTRIES_CONF: registries },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}
