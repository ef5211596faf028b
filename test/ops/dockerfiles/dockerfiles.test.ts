import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { testWith } from "../../support/tools.ts";

const folder = join(import.meta.dir, "../../../ops/dockerfiles");

for (const kind of ["production", "runtime"]) {
  testWith(["hadolint"], `hadolint finds nothing in the Dockerfile of ${kind}`, () => {
    const args = ["--no-color", join(folder, kind, "Dockerfile")];
    const { status, stdout, stderr } = spawnSync("hadolint", args, { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
}
