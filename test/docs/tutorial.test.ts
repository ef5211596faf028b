import { describe, expect } from "bun:test";
import { join } from "node:path";
import { templateNames } from "../../adapters/template-files.ts";
import { productionMachine, productionTools } from "../support/production-machine.ts";
import { newProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";
import { walkThrough } from "../support/walkthrough.ts";

const docs = join(import.meta.dir, "../../docs");

interface Walk {
  readonly page: string;
  /** Folder to begin in. */
  readonly dir: string;
  readonly machine?: Readonly<Record<string, string>>;
  /** A page whose outputs are not found would be true of nothing. */
  readonly nOutputs: number;
}

/** Port 5000 must be free: the pages say `mlt serve` and nothing else. */
async function expectTruth({ page, dir, machine, nOutputs }: Walk): Promise<void> {
  const shown = await walkThrough(page, dir, machine);
  expect(shown.map(({ line, printed }) => ({ line, output: printed }))).toEqual(
    shown.map(({ line, said }) => ({ line, output: said })),
  );
  expect(shown.length).toBeGreaterThanOrEqual(nOutputs);
}

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

  testWith(
    [...productionTools, "bash", "curl"],
    "do in docs/tutorial-production.md what it says",
    async () => {
      using dir = tempDir();
      await using machine = await productionMachine();
      const page = join(docs, "tutorial-production.md");
      await expectTruth({ page, dir: dir.path, machine: machine.env, nOutputs: 15 });
    },
    300_000,
  );

  for (const template of templateNames) {
    testWith(
      ["bash", "curl"],
      `do in a new project's README.md what it says (${template})`,
      async () => {
        using project = await newProject(template);
        await expectTruth({ page: join(project.path, "README.md"), dir: project.path, nOutputs: 1 });
      },
      120_000,
    );
  }
});
