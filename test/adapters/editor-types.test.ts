import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unpackEditorTypes } from "../../adapters/editor-types.ts";
import { MltError } from "../../core/errors.ts";

const root = await mkdtemp(join(tmpdir(), "mlt-editor-types-"));
afterAll(() => rm(root, { recursive: true }));
const newDir = () => mkdtemp(join(root, "project-"));

const archive = (files: Record<string, string>) => gzipSync(JSON.stringify(files));
const first = archive({ "one/index.d.ts": "export {};\n", "two/deep/index.d.ts": "declare const two: 2;\n" });
const second = archive({ "one/index.d.ts": "export const one: 1;\n" });

describe("unpackEditorTypes()", () => {
  test("writes every file below .mlt/types", async () => {
    const dir = await newDir();
    expect(await unpackEditorTypes(dir, first)).toBeTrue();
    const types = join(dir, ".mlt/types");
    expect(await readFile(join(types, "two/deep/index.d.ts"), "utf8")).toBe("declare const two: 2;\n");
    expect((await readdir(types)).sort()).toEqual(["one", "two", "version"]);
    expect(await readdir(join(dir, ".mlt"))).toEqual(["types"]);
  });

  test("does nothing the second time", async () => {
    const dir = await newDir();
    await unpackEditorTypes(dir, first);
    await writeFile(join(dir, ".mlt/types/one/index.d.ts"), "touched");
    expect(await unpackEditorTypes(dir, first)).toBeFalse();
    expect(await readFile(join(dir, ".mlt/types/one/index.d.ts"), "utf8")).toBe("touched");
  });

  test("replaces the files of another version", async () => {
    const dir = await newDir();
    await unpackEditorTypes(dir, first);
    expect(await unpackEditorTypes(dir, second)).toBeTrue();
    expect((await readdir(join(dir, ".mlt/types"))).sort()).toEqual(["one", "version"]);
  });

  test("can run several times at once", async () => {
    const dir = await newDir();
    await Promise.all([1, 2, 3, 4].map(() => unpackEditorTypes(dir, first)));
    expect(await readdir(join(dir, ".mlt"))).toEqual(["types"]);
    expect((await readdir(join(dir, ".mlt/types"))).sort()).toEqual(["one", "two", "version"]);
  });

  test("blames the system when the folder cannot be written", async () => {
    const dir = await newDir();
    await mkdir(join(dir, "project"));
    await writeFile(join(dir, "project/.mlt"), "a file");
    const failure = await unpackEditorTypes(join(dir, "project"), first).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MltError);
    expect(failure).toMatchObject({ exitCode: 4 });
  });
});
