import { expect, test } from "bun:test";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { gatherEditorTypes } from "../../../ops/build/editor-types.ts";

const nodeModules = join(import.meta.dir, "../../../node_modules");

test("gatherEditorTypes() gives the same bytes every time, less than 2 MB of them compressed", () => {
  const gathered = gatherEditorTypes(nodeModules);
  expect(gatherEditorTypes(nodeModules)).toBe(gathered);
  expect(gzipSync(gathered).length).toBeLessThan(2_000_000);
});

test("gatherEditorTypes() holds declarations and licences, one copy of each library", () => {
  const paths = Object.keys(JSON.parse(gatherEditorTypes(nodeModules)));
  expect(new Set(paths.map((path) => path.split("/")[0]))).toEqual(
    new Set(["nodejs-polars", "bun-types", "node", "undici-types"]),
  );
  expect(paths.filter((path) => !/\.d\.ts$/.test(path))).toEqual([
    "nodejs-polars/LICENSE",
    "node/LICENSE",
    "undici-types/LICENSE",
  ]);
  expect(paths.filter((path) => path.includes("node_modules"))).toEqual([]);
});
