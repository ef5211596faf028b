import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cLibraryFolder } from "../../adapters/c-library.ts";
import type { ImageComponent } from "../../core/image/image-component.ts";

/** The packages of this machine that the C and C++ libraries of an image are of, as `gatherCLibrary` has left them. */
export function cLibraryComponents(): readonly ImageComponent[] {
  const files = readdirSync(cLibraryFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(cLibraryFolder.length));
  const components = new Map(
    files
      .sort()
      .map(componentOf)
      .map((found) => [found.purl, found]),
  );
  return [...components.values()];
}

function componentOf(path: string): ImageComponent {
  const folder = dirname(path).slice(1);
  const owner = debianPackage(path) ?? debianPackage(`/usr${path}`);
  if (owner !== undefined) return { ...owner, folder };
  const name = basename(path);
  return { name, version: "unknown", purl: `pkg:generic/${name}`, folder };
}

/** `undefined` where no package has the file, or where the system is no Debian. */
function debianPackage(path: string): Omit<ImageComponent, "folder"> | undefined {
  try {
    const owned = execFileSync("dpkg-query", ["--search", path], { encoding: "utf8", stdio: "pipe" });
    const name = owned.split(": ", 1)[0] ?? "";
    // `libc6:amd64`, a tab, and the version.
    const shown = execFileSync("dpkg-query", ["--show", name], { encoding: "utf8" }).trim();
    const [qualified = "", version = ""] = shown.split("\t");
    const [bare = "", arch = "all"] = qualified.split(":");
    const purl = `pkg:deb/debian/${encodeURIComponent(bare)}@${encodeURIComponent(version)}?arch=${arch}`;
    return { name: bare, version, purl };
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
