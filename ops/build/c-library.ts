import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { cLibraryFolder } from "../../adapters/c-library.ts";

/**
 * Gathers the shared libraries that the programs load, and those that these load, as the machine's own loader finds
 * them: what an image needs that stands on nothing. None for the programs of another system.
 */
export function gatherCLibrary(programs: readonly string[], isForThisMachine: boolean): void {
  rmSync(cLibraryFolder, { recursive: true, force: true });
  mkdirSync(cLibraryFolder, { recursive: true });
  if (!isForThisMachine || process.platform !== "linux") return;
  for (const path of new Set(programs.flatMap(librariesOf))) {
    const target = join(cLibraryFolder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(path));
  }
}

/** At the places where the loader that is one of them looks; without what lies beside the program. */
function librariesOf(program: string): string[] {
  const listed = execFileSync("ldd", [program], { encoding: "utf8" });
  const paths = Array.from(listed.matchAll(/(?:^\s*|=> )(\/\S+) \(0x/gm), ([, path = ""]) => path);
  return paths.filter((path) => dirname(path) !== dirname(resolve(program)));
}
