import { afterAll, describe, expect, test } from "bun:test";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unpackEditorTypes } from "../../adapters/editor-types.ts";
import { templateFiles, templateNames, writeTemplate } from "../../adapters/template-files.ts";
import { gatherEditorTypes } from "../../ops/build/editor-types.ts";

const repository = join(import.meta.dir, "../..");
const archive = gzipSync(gatherEditorTypes(join(repository, "node_modules")), { level: 1 });
// Below the system's temporary folder no node_modules is anywhere above: only the unpacked types can be found.
const root = await mkdtemp(join(tmpdir(), "mlt-type-check-"));
afterAll(() => rm(root, { recursive: true }));

const projects = new Map<string, string>();
const typed = templateNames.filter((name) => templateFiles(name).has("tsconfig.json"));
for (const name of typed) {
  const dir = join(root, name);
  await writeTemplate(dir, templateFiles(name));
  await unpackEditorTypes(dir, archive);
  projects.set(name, dir);
}

/** What the compiler says of a copy of the template, with one file changed. */
async function typeCheck(
  template: string,
  edit?: { path: string; from: string; to: string },
): Promise<string> {
  const dir = await mkdtemp(join(root, "copy-"));
  await cp(projects.get(template) ?? "", dir, { recursive: true });
  if (edit !== undefined) {
    const text = await readFile(join(dir, edit.path), "utf8");
    expect(text).toContain(edit.from);
    await writeFile(join(dir, edit.path), text.replace(edit.from, edit.to));
  }
  const tsc = Bun.spawn([join(repository, "node_modules/.bin/tsc"), "-p", "."], { cwd: dir, stdout: "pipe" });
  return await new Response(tsc.stdout).text();
}

describe("a new project", () => {
  test.each(typed)("from %s type-checks with nothing installed", async (name) => {
    expect(await typeCheck(name)).toBe("");
  });

  const train = "source/model/train.ts";
  test.each([
    ["mlt's options", train, "{ C: 1 }", '{ C: "1" }', `Type 'string' is not assignable to type 'number'`],
    ["a misspelled option", train, "{ C: 1 }", "{ c: 1 }", "'c' does not exist in type"],
    ["mlt's methods", train, ".transform(X)", ".transfrom(X)", "Property 'transfrom' does not exist"],
    ["polars", train, 'data.drop("species")', "data.drop(1)", "No overload matches this call"],
    ["node", "source/data/data_loader.ts", "join(import", "join(1, import", "Argument of type 'number'"],
    ["bun:test", "tests/model/train.test.ts", ".toBeGreaterThan(", ".toBeGreater(", "Property 'toBeGreater'"],
    ["mlt/testing", "tests/api/service.test.ts", "service.close()", "service.stop()", "Property 'stop'"],
  ])("knows the types of %s", async (_, path, from, to, complaint) => {
    const complaints = await typeCheck("iris", { path, from, to });
    expect(complaints).toStartWith(`${path}(`);
    expect(complaints).toContain(complaint);
  });
});
