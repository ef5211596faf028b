import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const checker = join(import.meta.dirname, "../support/onnx-check.py");

for (const template of ["iris", "regression"]) {
  testWith(["python:onnx"], `The graph of the template ${template} passes the checker of ONNX`, async () => {
    using project = await trainedProject(template);
    const graph = join(project.path, "model_bin/model.onnx");
    const { status, stderr } = spawnSync("python3", [checker, graph], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
}
