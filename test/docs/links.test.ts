import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");

/** Every page that people read, by its path in the repository. */
const pages = [
  ...["README.md", "CONTRIBUTING.md"].filter((name) => existsSync(join(root, name))),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
    .sort(),
];

/** What begins like this in backticks is a path of this repository, and not of a user's project. */
const repositoryPath =
  /^(?:(?:adapters|cli|core|docs|ops|templates|test)\/[\w./{},*-]+|[\w-]+\.(?:json|toml|md)|\.ci\/run)$/;

/** Files that commands make, and files of a user's project that this repository has no copy of. */
const notInRepository = new Set(["model.json"]);

function withoutBlocks(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, "");
}

function headingsOf(path: string): string[] {
  return Array.from(withoutBlocks(readFileSync(path, "utf8")).matchAll(/^#+ (.*)$/gm), ([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function brokenLinks(page: string): string[] {
  const text = withoutBlocks(readFileSync(join(root, page), "utf8"));
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? join(root, page) : join(root, dirname(page), path);
      return !existsSync(file) || (heading !== undefined && !headingsOf(file).includes(heading));
    });
}

function missingPaths(page: string): string[] {
  const text = withoutBlocks(readFileSync(join(root, page), "utf8"));
  return Array.from(text.matchAll(/`([^`\n]+)`/g), ([, path = ""]) => path)
    .filter((path) => repositoryPath.test(path) && !notInRepository.has(path))
    .filter((path) => new Bun.Glob(path).scanSync({ cwd: root, dot: true, onlyFiles: false }).next().done);
}

test.each(pages)("%s links to pages and headings that exist", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(pages)("%s names paths of this repository that exist", (page) => {
  expect(missingPaths(page)).toEqual([]);
});
