import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
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

test("mlt eject chart copies mlt's own and says that it wins", async () => {
  using project = await newProject();
  const { exitCode, stdout, stderr } = await project.mlt(["eject", "chart", "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { written } = JSON.parse(stdout);
  const own = join(import.meta.dir, "../../ops/chart");
  const files = readdirSync(own, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  expect(written).toEqual(paths.map((path) => `chart/${relative(own, path)}`).sort());
  for (const path of paths)
    expect(project.read(`chart/${relative(own, path)}`)).toBe(readFileSync(path, "utf8"));
  const again = await project.mlt(["eject", "chart"]);
  expect(again.stdout).toBe(
    `Wrote 0 files to ${project.path}; ${paths.length} were there already.\n` +
      "mlt deploy now installs chart/; remove it to install mlt's own again.\n",
  );
});

test("mlt eject exits 2 and says what there is, where there is nothing of that name", async () => {
  using project = await newProject();
  expect(await project.mlt(["eject", "charts"])).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr:
      'error: There is nothing to eject named "charts"\nhint: Choose of dockerfiles, chart, ansible, stacks.\n',
  });
});
