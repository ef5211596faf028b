import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { mlt } from "../support/mlt.ts";
import { newProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Every file below a folder with its content and when it was written. */
function filesIn(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path, `${statSync(path).mtimeMs} ${readFileSync(path, "utf8")}`];
    }),
  );
}

test.each(["iris", "regression"])(
  "mlt init --template %s writes nothing the second time",
  async (template) => {
    using project = await newProject(template);
    const before = filesIn(project.path);
    const { exitCode, stdout, stderr } = await project.mlt(["init", ".", "--template", template]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Wrote 0 files to .*; \d+ were there already\.\nNext: mlt train && mlt serve\n$/);
    expect(filesIn(project.path)).toEqual(before);
  },
);

test("mlt init --template python writes no editor's types, and says what Python needs first", async () => {
  using dir = tempDir();
  const { stdout } = await mlt(["init", "p", "--template", "python"], { cwd: dir.path });
  expect(stdout).toEndWith(
    "Next: cd p && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && mlt train && mlt serve\n",
  );
  expect(readdirSync(join(dir.path, "p")).sort()).toEqual(
    [
      ".env.example",
      ".gitignore",
      "README.md",
      "config.yaml",
      "jenkins",
      "requirements.txt",
      "source",
      "tests",
    ].sort(),
  );
});

test("mlt init refuses to overwrite a changed file, and writes none", async () => {
  using project = await newProject();
  project.edit("config.yaml", "name: iris", "name: mine");
  project.edit("source/model/features.yaml", "target: species", "target: kind");
  await project.write({ "README.md": "mine\n" });
  const before = filesIn(project.path);
  const { exitCode, stdout, stderr } = await project.mlt(["init"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toBe(
    `error: Cannot write the template to "${project.path}": "README.md", "config.yaml", "source/model/features.yaml" exist and differ\n` +
      "hint: Choose another folder, or overwrite with --force.\n",
  );
  expect(filesIn(project.path)).toEqual(before);
});

test("mlt init --force overwrites what differs and keeps other files", async () => {
  using project = await newProject();
  project.edit("config.yaml", "name: iris", "name: mine");
  await project.write({ "notes.txt": "mine\n" });
  const { exitCode, stderr } = await project.mlt(["init", "--force"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "  config.yaml\n" });
  expect(project.read("config.yaml")).toContain("name: iris");
  expect(project.read("notes.txt")).toBe("mine\n");
});

test("mlt init takes a folder that exists and one whose parents do not", async () => {
  using dir = tempDir();
  await dir.write({ "there/notes.txt": "" });
  for (const [folder, word] of [
    ["there", "there"],
    ["a/b/it's one", "'a/b/it'\\''s one'"],
    [join(dir.path, "é"), join(dir.path, "é")],
  ]) {
    const { exitCode, stdout } = await mlt(["init", folder ?? ""], { cwd: dir.path });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\nNext: cd ${word} && mlt train && mlt serve\n`);
  }
});

test("mlt init refuses a file as the project's folder", async () => {
  using dir = tempDir();
  await dir.write({ taken: "" });
  const { exitCode, stderr } = await mlt(["init", "taken"], { cwd: dir.path });
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `error: Cannot create a project in "${dir.path}/taken": it is a file\nhint: Choose another folder.\n`,
  );
});
