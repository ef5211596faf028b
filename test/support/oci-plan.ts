import type { ImagePlan } from "../../core/image/image-plan.ts";
import { machinePlatform } from "./base-image.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A small plan with a layer of each name. */
export function smallPlan(changes: Partial<ImagePlan> = {}): ImagePlan {
  return {
    platform: machinePlatform,
    base: "scratch",
    layers: [
      { name: "program", files: [{ path: "app/serve", mode: 0o755, content: bytes("#!/bin/sh\n") }] },
      { name: "config", files: [{ path: "app/config.yaml", mode: 0o644, content: bytes("name: iris\n") }] },
      { name: "model", files: [{ path: "app/model_bin/model.onnx", mode: 0o644, content: bytes("onnx") }] },
    ],
    runtime: {
      user: "65532:65532",
      env: { ORT_DISABLE_TELEMETRY: "1" },
      workingDir: "/app",
      entrypoint: ["/app/serve"],
      cmd: [],
      port: 8000,
      labels: {
        "org.opencontainers.image.title": "iris",
        "org.opencontainers.image.version": "1.2.0",
        "io.mlt.model.id": "m1",
      },
      healthcheck: ["/app/serve", "--health"],
    },
    created: "2026-11-29T00:00:00Z",
    ...changes,
  };
}
