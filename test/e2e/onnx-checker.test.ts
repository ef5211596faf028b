import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { everyTransformerProject } from "../support/every-transformer-project.ts";
import { trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const checker = join(import.meta.dirname, "../support/onnx-check.py");

for (const [what, make] of [
  ["the template iris", () => trainedProject("iris")],
  ["the template regression", () => trainedProject("regression")],
  ["every transformer", () => everyTransformerProject()],
] as const) {
  testWith(["python:onnx"], `The graph of ${what} passes the checker of ONNX`, async () => {
    using project = await make();
    const graph = join(project.path, "model_bin/model.onnx");
    const { status, stderr } = spawnSync("python3", [checker, graph], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
}
