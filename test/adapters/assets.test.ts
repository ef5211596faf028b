import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { listAssets, readAsset, readAssetGzip } from "../../adapters/assets.ts";
import { docsAssetPaths, docsAssets } from "../../adapters/docs-assets.ts";

const root = resolve(import.meta.dirname, "../..");
const name = "templates/iris/config.yaml";
const content = readFileSync(join(root, name), "utf8");
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

describe("assets from a checkout", () => {
  test("are the files of the repository, and the same compressed", () => {
    expect(textOf(readAsset(name))).toBe(content);
    expect(textOf(gunzipSync(readAssetGzip(name)))).toBe(content);
  });

  test("are listed by folder, sorted, folders within included", () => {
    const names = listAssets("templates/iris");
    expect(names).toContain(name);
    expect(names).toContain("templates/iris/source/model/train.ts");
    expect(names).toEqual(names.toSorted());
    expect(names.filter((each) => !each.startsWith("templates/iris/"))).toEqual([]);
  });

  test("that are not there cannot be read", () => {
    expect(() => readAsset("templates/absent")).toThrow();
  });
});

test("docsAssets gives what Swagger UI is made of, read once", () => {
  const script = docsAssets.gzipped("swagger-ui-bundle.js");
  expect(docsAssets.gzipped("swagger-ui-bundle.js")).toBe(script);
  expect(textOf(gunzipSync(script))).toBe(
    readFileSync(join(root, docsAssetPaths("swagger-ui-bundle.js")), "utf8"),
  );
});
