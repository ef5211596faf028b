import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newProject } from "../support/project.ts";

test("mlt eject dockerfiles copies mlt's own and says that they win", async () => {
  using project = await newProject();
  const { exitCode, stdout, stderr } = await project.mlt(["eject", "dockerfiles"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout:
      `Wrote 2 files to ${project.path}.\n` +
      "mlt build-image --engine docker now builds by dockerfiles/; remove one to build by mlt's own again.\n",
    stderr: "  dockerfiles/production/Dockerfile\n  dockerfiles/runtime/Dockerfile\n",
  });
  const own = readFileSync(join(import.meta.dir, "../../ops/dockerfiles/production/Dockerfile"), "utf8");
  expect(readFileSync(join(project.path, "dockerfiles/production/Dockerfile"), "utf8")).toBe(own);
});

test("mlt eject dockerfiles does not overwrite a Dockerfile that was changed, unless it is told to", async () => {
  using project = await newProject();
  await project.write({ "dockerfiles/production/Dockerfile": "FROM scratch\n" });
  expect(await project.mlt(["eject", "dockerfiles"])).toMatchObject({
    exitCode: 3,
    stdout: "",
    stderr:
      `error: Cannot write the Dockerfiles to "${project.path}": "dockerfiles/production/Dockerfile" exists and differs\n` +
      "hint: Choose another folder, or overwrite with --force.\n",
  });
  expect((await project.mlt(["eject", "dockerfiles", "--force", "--json"])).exitCode).toBe(0);
});
