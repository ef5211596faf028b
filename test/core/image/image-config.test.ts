import { expect, test } from "bun:test";
import { imageConfig } from "../../../core/image/image-config.ts";
import type { ImageRuntime } from "../../../core/image/image-plan.ts";

const runtime: ImageRuntime = {
  user: "65532:65532",
  env: { PATH: "/app", A: "1" },
  workingDir: "/app",
  entrypoint: ["/app/serve"],
  cmd: [],
  port: 8000,
  labels: { b: "2", a: "1" },
  healthcheck: ["/app/serve", "--health"],
};
const plan = {
  platform: { os: "linux", architecture: "amd64" },
  runtime,
  created: "2026-11-29T00:00:00Z",
} as const;
const diffId = `sha256:${"1".repeat(64)}`;
const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

test("imageConfig() says how the image is run and what its layers are, without a base", () => {
  expect(parsed(imageConfig(plan, [{ name: "model", diffId }]))).toEqual({
    created: "2026-11-29T00:00:00Z",
    architecture: "amd64",
    os: "linux",
    config: {
      User: "65532:65532",
      ExposedPorts: { "8000/tcp": {} },
      Env: ["A=1", "PATH=/app"],
      Entrypoint: ["/app/serve"],
      WorkingDir: "/app",
      Labels: { a: "1", b: "2" },
      Healthcheck: { Test: ["CMD", "/app/serve", "--health"] },
    },
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created: "2026-11-29T00:00:00Z", created_by: "mlt build-image: model" }],
  });
});

test("imageConfig() keeps the base's layers, variables and labels, where the plan does not say otherwise", () => {
  const baseId = `sha256:${"2".repeat(64)}`;
  const base = {
    architecture: "amd64",
    os: "linux",
    config: { Env: ["PATH=/usr/bin", "LANG=C"], Labels: { a: "base", c: "3" } },
    rootfs: { diff_ids: [baseId] },
    history: [{ created_by: "debootstrap" }, { created_by: "ENV", empty_layer: true }],
  };
  expect(parsed(imageConfig(plan, [{ name: "model", diffId }], base))).toMatchObject({
    config: { Env: ["LANG=C", "A=1", "PATH=/app"], Labels: { a: "1", b: "2", c: "3" } },
    rootfs: { diff_ids: [baseId, diffId] },
    history: [...base.history, { created_by: "mlt build-image: model" }],
  });
});

test("imageConfig() has the same bytes whatever order labels and variables come in", () => {
  const turned = { ...runtime, env: { A: "1", PATH: "/app" }, labels: { a: "1", b: "2" } };
  expect(imageConfig({ ...plan, runtime: turned }, [])).toEqual(imageConfig(plan, []));
});
