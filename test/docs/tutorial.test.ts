import { describe, expect } from "bun:test";
import { join } from "node:path";
import { templateNames } from "../../adapters/template-files.ts";
import { newProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";
import { walkThrough } from "../support/walkthrough.ts";

const tutorial = join(import.meta.dir, "../../docs/tutorial.md");

/** Port 5000 must be free: the pages say `mlt serve` and nothing else. */
async function expectTruth(page: string, dir: string, nOutputs: number): Promise<void> {
  const shown = await walkThrough(page, dir);
  expect(shown.map(({ line, printed }) => ({ line, output: printed }))).toEqual(
    shown.map(({ line, said }) => ({ line, output: said })),
  );
  // A page whose outputs are not found would be true of nothing.
  expect(shown.length).toBeGreaterThanOrEqual(nOutputs);
}

describe("commands that a page tells people to type", () => {
  testWith(
    ["bash", "curl"],
    "do in docs/tutorial.md what it says",
    async () => {
      using dir = tempDir();
      await expectTruth(tutorial, dir.path, 10);
    },
    120_000,
  );

  for (const template of templateNames) {
    testWith(
      ["bash", "curl"],
      `do in a new project's README.md what it says (${template})`,
      async () => {
        using project = await newProject(template);
        await expectTruth(join(project.path, "README.md"), project.path, 1);
      },
      120_000,
    );
  }
});
