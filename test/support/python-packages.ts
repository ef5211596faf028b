import { execFileSync } from "node:child_process";

/** What a Python project's own environment finds the packages by that test/support/tools.sh installed, so that none is downloaded. */
export function pythonPackages(): { readonly PYTHONPATH: string } {
  const code = "import sysconfig; print(sysconfig.get_path('purelib'))";
  return { PYTHONPATH: execFileSync("python3", ["-c", code], { encoding: "utf8" }).trim() };
}
