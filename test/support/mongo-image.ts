import { execFileSync } from "node:child_process";
import { chownSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DockerDaemon } from "./dockerd.ts";
import { tempDir } from "./temp-dir.ts";
import { withLibraries } from "./tiny-image.ts";
import { executablePath } from "./tools.ts";

/** What `makeMongoImage` needs. */
export const mongoImageTools = ["linux", "root", "mlt-test-ferretdb-login", "tar"];

/** The number that Docker's own image of MongoDB gives the user. */
const mongodb = 999;

/**
 * Gives the daemon an image that stands in for MongoDB's own, which cannot be had without a network: FerretDB, which asks
 * for a name and a password, and a `mongosh` that can do what the stack mongodb asks of it.
 */
export function makeMongoImage(daemon: DockerDaemon, reference: string): void {
  using dir = tempDir();
  const root = join(dir.path, "root");
  const put = (source: string, path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(source, join(root, path));
  };
  const program = join(dir.path, "mongosh");
  const source = join(import.meta.dirname, "mongo-image-program.ts");
  execFileSync(process.execPath, ["build", "--compile", source, "--outfile", program], { stdio: "pipe" });
  put(program, "bin/mongosh");
  put(executablePath("mlt-test-ferretdb-login") ?? "", "bin/ferretdb");
  for (const { path, content } of withLibraries(program).slice(1)) {
    if ("source" in content) put(content.source, path);
  }
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/passwd"), `root:x:0:0::/:\nmongodb:x:${mongodb}:${mongodb}::/tmp:\n`);
  for (const folder of ["data/db", "data/configdb", "tmp"]) {
    mkdirSync(join(root, folder), { recursive: true });
    chownSync(join(root, folder), mongodb, mongodb);
  }
  const archive = join(dir.path, "image.tar");
  execFileSync("tar", ["-C", root, "-cf", archive, "."]);
  daemon.docker("import", "--change", 'ENTRYPOINT ["/bin/mongosh"]', archive, reference);
}
