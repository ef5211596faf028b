import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mlt } from "../support/mlt.ts";
import { cacheDir, succeeded } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";

// This repository is itself a project: config.yaml names the iris template's source.
const root = join(import.meta.dirname, "../..");
const dir = tempDir();
const env = { MLT_CACHE_DIR: cacheDir };
afterAll(() => dir[Symbol.dispose]());

test("the repository's model_bin is whole", async () => {
  const findings = JSON.parse(succeeded(await mlt(["doctor", "--json"], { cwd: root, env })));
  expect(findings).toContainEqual(expect.objectContaining({ subject: "model", state: "ok" }));
});

test("the repository's model.onnx is what its source trains to, byte for byte", async () => {
  const modelDir = join(dir.path, "model_bin");
  succeeded(await mlt(["train"], { cwd: root, env: { ...env, MLT_MODEL_BIN: modelDir } }));
  const kept = readFileSync(join(root, "model_bin/model.onnx"));
  expect(readFileSync(join(modelDir, "model.onnx")).equals(kept)).toBe(true);
});
