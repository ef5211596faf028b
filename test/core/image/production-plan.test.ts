import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { neededLibraries, productionPlan } from "../../../core/image/production-plan.ts";
import type { Artifact } from "../../../core/model/artifact.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const card: ModelCard = {
  schema_version: 1,
  id: "0197a3c5-0000-7000-8000-000000000001",
  name: "iris",
  version: "1.2.0",
  description: "Tells irises apart",
  creation_time: "2026-01-02T03:04:05.678Z",
  mlt_version: "0.4.0",
  task: "regression",
  features: [],
  target: "y",
  classes: [],
  estimator: { name: "LinearRegression", params: {} },
  metrics: { train: {}, test: {} },
  baseline: { features: {}, prediction: { kind: "number", edges: [], counts: [], missing: 0 } },
  golden: [],
  seed: 42,
  data_sha256: "",
  git_commit: "0123456789abcdef0123456789abcdef01234567",
  sha256: { "model.onnx": "ab".repeat(32), "report.html": "cd".repeat(32) },
};

function plan(changed: Partial<ModelCard> = {}, sourceDateEpoch?: string, base = "scratch") {
  const artifact: Artifact = {
    card: { ...card, ...changed },
    files: new Map([
      ["model.onnx", bytes("graph")],
      ["report.html", bytes("report")],
      ["model.json", bytes("card")],
    ]),
  };
  return productionPlan({
    platform: { os: "linux", architecture: "amd64" },
    base,
    program: [{ path: "usr/local/bin/mlt", mode: 0o755, content: bytes("program") }],
    configText: "project: { name: iris }\n",
    artifact,
    mltVersion: "0.5.0",
    sourceDateEpoch,
  });
}

test("productionPlan() lays the program, the configuration and the model over each other, with what changes most above", () => {
  expect(plan().layers).toEqual([
    {
      name: "program",
      files: [{ path: "usr/local/bin/mlt", mode: 0o755, content: bytes("program") }],
      folders: [{ path: "var/lib/mlt/spool", mode: 0o750, uid: 65_532, gid: 65_532 }],
    },
    {
      name: "config",
      files: [{ path: "app/config.yaml", mode: 0o644, content: bytes("project: { name: iris }\n") }],
    },
    {
      name: "model",
      files: [
        { path: "app/model_bin/model.onnx", mode: 0o644, content: bytes("graph") },
        { path: "app/model_bin/report.html", mode: 0o644, content: bytes("report") },
        { path: "app/model_bin/model.json", mode: 0o644, content: bytes("card") },
      ],
    },
  ]);
});

test("productionPlan() serves on every network as a numeric user that is not root", () => {
  expect(plan().runtime).toMatchObject({
    user: "65532:65532",
    workingDir: "/app",
    entrypoint: ["/usr/local/bin/mlt"],
    cmd: ["serve"],
    port: 8_000,
    healthcheck: ["/usr/local/bin/mlt", "status"],
    env: {
      ORT_DISABLE_TELEMETRY: "1",
      MLT_NATIVE_DIRS: '{"onnxruntime":"/usr/local/lib/mlt/onnxruntime"}',
      MLT_MODEL_BIN: "model_bin",
      MLT_SERVE__HOST: "0.0.0.0",
      MLT_SERVE__PORT: "8000",
      MLT_SERVE__LOG_FORMAT: "json",
      MLT_LOGGING__SPOOL__DIR: "/var/lib/mlt/spool",
    },
  });
});

test("neededLibraries() names ONNX Runtime for a graph that mlt does not evaluate itself", () => {
  const files = new Map([["model.onnx", bytes("graph")]]);
  expect(neededLibraries({ card, files })).toEqual(["onnxruntime"]);
});

test("neededLibraries() names none for a small graph of mlt's own", () => {
  const onnx = readFileSync("model_bin/model.onnx");
  expect(neededLibraries({ card, files: new Map([["model.onnx", onnx]]) })).toEqual([]);
});

test("productionPlan() names polars for a model with code of its own", () => {
  const { env } = plan({ preprocessor: { columns: [], state: null } }).runtime;
  expect(JSON.parse(env["MLT_NATIVE_DIRS"] ?? "")).toEqual({
    onnxruntime: "/usr/local/lib/mlt/onnxruntime",
    polars: "/usr/local/lib/mlt/polars",
  });
});

test("productionPlan() says in labels which model is inside", () => {
  expect(plan({}, undefined, "registry:5000/base:1").runtime.labels).toEqual({
    "org.opencontainers.image.title": "iris",
    "org.opencontainers.image.version": "1.2.0",
    "org.opencontainers.image.description": "Tells irises apart",
    "org.opencontainers.image.created": "2026-01-02T03:04:05.678Z",
    "org.opencontainers.image.revision": "0123456789abcdef0123456789abcdef01234567",
    "org.opencontainers.image.base.name": "registry:5000/base:1",
    "io.mlt.version": "0.5.0",
    "io.mlt.model.id": "0197a3c5-0000-7000-8000-000000000001",
    "io.mlt.model.name": "iris",
    "io.mlt.model.version": "1.2.0",
    "io.mlt.model.creation_time": "2026-01-02T03:04:05.678Z",
    "io.mlt.model.sha256": "ab".repeat(32),
  });
});

test.each(["scratch", "oci:/home/me/base:1"])("productionPlan() names no base image for %s", (base) => {
  expect(plan({}, undefined, base).runtime.labels).not.toContainKey("org.opencontainers.image.base.name");
});

test("productionPlan() takes the model's time, or that of SOURCE_DATE_EPOCH", () => {
  expect(plan().created).toBe("2026-01-02T03:04:05.678Z");
  expect(plan({}, "").created).toBe("2026-01-02T03:04:05.678Z");
  const set = plan({}, "1700000000");
  expect(set.created).toBe("2023-11-14T22:13:20.000Z");
  expect(set.runtime.labels["org.opencontainers.image.created"]).toBe("2023-11-14T22:13:20.000Z");
});

test.each(["yesterday", "-1", "1.5", "999999999999"])(
  "productionPlan() refuses SOURCE_DATE_EPOCH %s",
  (text) => {
    expect(() => plan({}, text)).toThrow(`Cannot read SOURCE_DATE_EPOCH "${text}" as a time`);
  },
);
