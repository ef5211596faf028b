import { join } from "node:path";
import { expectTruth } from "../support/page-truth.ts";
import { productionMachine, productionTools } from "../support/production-machine.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

testWith(
  [...productionTools, "bash", "curl"],
  "commands that docs/tutorial-production.md tells people to type do what it says",
  async () => {
    using dir = tempDir();
    await using machine = await productionMachine();
    const page = join(import.meta.dir, "../../docs/tutorial-production.md");
    await expectTruth({ page, dir: dir.path, machine: machine.env, nOutputs: 15 });
  },
  300_000,
);
