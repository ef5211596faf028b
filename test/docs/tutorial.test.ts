import { describe } from "bun:test";
import { join } from "node:path";
import { templateNames } from "../../adapters/template-files.ts";
import { expectTruth } from "../support/page-truth.ts";
import { newProject } from "../support/project.ts";
import { pythonPackages } from "../support/python-packages.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const docs = join(import.meta.dir, "../../docs");

describe("commands that a page tells people to type", () => {
  testWith(
    ["bash", "curl"],
    "do in docs/tutorial.md what it says",
    async () => {
      using dir = tempDir();
      await expectTruth({ page: join(docs, "tutorial.md"), dir: dir.path, nOutputs: 10 });
    },
    120_000,
  );

  for (const template of templateNames) {
    const isPython = template === "python";
    testWith(
      ["bash", "curl", ...(isPython ? ["python:skl2onnx"] : [])],
      `do in a new project's README.md what it says (${template})`,
      async () => {
        using project = await newProject(template);
        const machine = isPython ? pythonPackages() : {};
        await expectTruth({ page: join(project.path, "README.md"), dir: project.path, machine, nOutputs: 1 });
      },
      isPython ? 240_000 : 120_000,
    );
  }
});
