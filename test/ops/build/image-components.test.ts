import { expect, test } from "bun:test";
import { gatherImageComponents } from "../../../ops/build/image-components.ts";

const inputs = [
  "cli/mlt.ts",
  "node_modules/elysia/dist/index.mjs",
  "node_modules/elysia/dist/other.mjs",
  "node_modules/@sinclair/typebox/build/esm/index.mjs",
  "node_modules/nodejs-polars-linux-x64-gnu/package.json",
];

test("gatherImageComponents() names mlt, Bun, and each package that was bundled once", () => {
  const components = gatherImageComponents(inputs, { os: "linux", arch: "arm64" });
  expect(components.map(({ name }) => name)).toEqual([
    "mlt",
    "bun",
    "onnxruntime",
    "nodejs-polars-linux-arm64-gnu",
    "swagger-ui-dist",
    "@sinclair/typebox",
    "elysia",
  ]);
  expect(components.find(({ name }) => name === "@sinclair/typebox")).toEqual({
    name: "@sinclair/typebox",
    version: "0.34.52",
    licence: "MIT",
    purl: "pkg:npm/%40sinclair/typebox@0.34.52",
  });
});

test("gatherImageComponents() says where a native library lies, and no licence that is no expression", () => {
  const components = gatherImageComponents([], { os: "linux", arch: "x64" });
  expect(components.find(({ name }) => name.startsWith("nodejs-polars"))).toEqual({
    name: "nodejs-polars-linux-x64-gnu",
    version: "0.24.1",
    purl: "pkg:npm/nodejs-polars-linux-x64-gnu@0.24.1",
    folder: "usr/local/lib/mlt/polars",
  });
});

test("gatherImageComponents() throws for a package that the lock does not have", () => {
  expect(() => gatherImageComponents(["node_modules/none/a.js"], { os: "linux", arch: "x64" })).toThrow(
    'package-lock.json has no "node_modules/none"',
  );
});
