import { afterAll, describe, expect, test } from "bun:test";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templateFiles, templateNames, writeTemplate } from "../../adapters/template-files.ts";
import { MltError } from "../../core/errors.ts";

const root = await mkdtemp(join(tmpdir(), "mlt-template-files-"));
afterAll(() => rm(root, { recursive: true }));
const newDir = () => mkdtemp(join(root, "project-"));

const bytes = (text: string) => new TextEncoder().encode(text);
const files = new Map([
  ["config.yaml", bytes("project: {}\n")],
  ["source/model/train.ts", bytes("export {};\n")],
]);

async function failure(writing: Promise<unknown>): Promise<MltError> {
  const cause = await writing.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(cause instanceof MltError)) throw new Error("Expected an MltError", { cause });
  return cause;
}

describe("templateFiles()", () => {
  const inTypeScript = [
    "mlt.d.ts",
    "source/data/data_loader.ts",
    "source/model/train.ts",
    "tests/api/service.test.ts",
    "tests/data/data_loader.test.ts",
    "tests/model/train.test.ts",
    "tsconfig.json",
  ];
  const inPython = [
    "requirements.txt",
    "source/data/data_loader.py",
    "source/model/train.py",
    "tests/api/test_service.py",
    "tests/data/test_data_loader.py",
    "tests/model/test_train.py",
  ];

  test.each(templateNames)("gives %s everything that a project needs", (name) => {
    const paths = [...templateFiles(name).keys()];
    for (const path of [
      ".env.example",
      ".gitignore",
      "README.md",
      "config.yaml",
      "jenkins/build-image/Jenkinsfile",
      "jenkins/continuous_integration/Jenkinsfile",
      "jenkins/deploy/Jenkinsfile",
      "jenkins/train-model/Jenkinsfile",
      "source/model/features.yaml",
      "tests/prediction/batch_request.json",
      ...(name === "python" ? inPython : inTypeScript),
    ]) {
      expect(paths).toContain(path);
    }
    expect(paths).not.toContain("gitignore");
  });
});

describe("writeTemplate()", () => {
  test("makes the folder and writes every file", async () => {
    const dir = join(await newDir(), "deep", "project");
    expect(await writeTemplate(dir, files)).toEqual({
      written: ["config.yaml", "source/model/train.ts"],
      unchanged: [],
    });
    expect(await readFile(join(dir, "source/model/train.ts"), "utf8")).toBe("export {};\n");
    expect((await readdir(dir, { recursive: true })).sort()).toEqual([
      "config.yaml",
      "source",
      "source/model",
      "source/model/train.ts",
    ]);
  });

  test("leaves identical files, and whatever else is there", async () => {
    const dir = await newDir();
    await writeFile(join(dir, "config.yaml"), "project: {}\n");
    await writeFile(join(dir, "notes.md"), "mine");
    expect(await writeTemplate(dir, files)).toEqual({
      written: ["source/model/train.ts"],
      unchanged: ["config.yaml"],
    });
    expect(await readFile(join(dir, "notes.md"), "utf8")).toBe("mine");
  });

  test("names every file that differs, and writes nothing", async () => {
    const dir = await newDir();
    await mkdir(join(dir, "source/model"), { recursive: true });
    await writeFile(join(dir, "config.yaml"), "project: []\n"); // as long as the template's
    await writeFile(join(dir, "source/model/train.ts"), "mine");
    const three = new Map([...files, ["new.txt", bytes("new")]]);
    const error = await failure(writeTemplate(dir, three));
    expect(error.message).toBe(
      `Cannot write the template to "${dir}": "config.yaml", "source/model/train.ts" exist and differ`,
    );
    expect(error.hint).toBe("Choose another folder, or overwrite with --force.");
    expect(error.exitCode).toBe(3);
    expect((await readdir(dir)).sort()).toEqual(["config.yaml", "source"]);
    expect(await readFile(join(dir, "config.yaml"), "utf8")).toBe("project: []\n");
  });

  test("overwrites what differs with force", async () => {
    const dir = await newDir();
    await writeFile(join(dir, "config.yaml"), "mine");
    await writeTemplate(dir, files, { force: true });
    expect(await readFile(join(dir, "config.yaml"), "utf8")).toBe("project: {}\n");
  });

  test("takes a link for a file that differs, and replaces it without following it", async () => {
    const dir = await newDir();
    const outside = join(await newDir(), "outside.yaml");
    await writeFile(outside, "project: {}\n");
    await symlink(outside, join(dir, "config.yaml"));
    expect((await failure(writeTemplate(dir, files))).message).toContain(`"config.yaml" exists and differs`);
    await writeFile(outside, "mine");
    await writeTemplate(dir, files, { force: true });
    expect(await readFile(outside, "utf8")).toBe("mine");
    expect((await lstat(join(dir, "config.yaml"))).isFile()).toBeTrue();
  });

  test("never writes through a linked folder, not even with force", async () => {
    const dir = await newDir();
    const outside = await newDir();
    await symlink(outside, join(dir, "source"));
    const error = await failure(writeTemplate(dir, files, { force: true }));
    expect(error.message).toBe(`Cannot write the template to "${dir}": "source" is in the way`);
    expect(await readdir(outside)).toEqual([]);
    expect(await readdir(dir)).toEqual(["source"]);
  });

  test("refuses a folder where a file belongs, and a file where a folder belongs", async () => {
    const dir = await newDir();
    await mkdir(join(dir, "config.yaml"));
    await writeFile(join(dir, "source"), "mine");
    const error = await failure(writeTemplate(dir, files, { force: true }));
    expect(error.message).toBe(
      `Cannot write the template to "${dir}": "source", "config.yaml" are in the way`,
    );
  });

  test("refuses a file as the project's folder", async () => {
    const dir = join(await newDir(), "file");
    await writeFile(dir, "");
    const error = await failure(writeTemplate(dir, files));
    expect(error.message).toBe(`Cannot create a project in "${dir}": it is a file`);
    expect(error.exitCode).toBe(3);
  });

  test("blames the system when the folder cannot be made", async () => {
    const error = await failure(writeTemplate("/proc/mlt-project", files));
    expect(error.message).toStartWith(`Cannot write "/proc/mlt-project/config.yaml": `);
    expect(error.exitCode).toBe(4);
  });

  test.each(["../outside", "/etc/passwd", "a//b", "."])("rejects the path %s", async (path) => {
    const dir = await newDir();
    await expect(writeTemplate(dir, new Map([[path, bytes("")]]))).rejects.toBeInstanceOf(RangeError);
  });
});
