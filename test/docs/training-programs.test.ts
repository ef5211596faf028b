import { expect } from "bun:test";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newProject, succeeded } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const repository = join(import.meta.dir, "../..");
const page = readFileSync(join(repository, "docs/training-programs.md"), "utf8");

/** The last block of a language that begins so. */
function block(language: string, beginning: string): string {
  const found = page.match(new RegExp(`\`\`\`${language}\n(${beginning}.*?)\`\`\`\n`, "s"))?.[1];
  if (found === undefined) throw new Error(`The page has no ${language} block that begins with ${beginning}`);
  return found;
}

testWith(
  ["node"],
  "docs/training-programs.md: the example without any library trains and predicts",
  async () => {
    using project = await newProject("python");
    cpSync(
      join(repository, "templates/regression/source/data/penguins.csv"),
      join(project.path, "source/penguins.csv"),
    );
    await project.write({
      "config.yaml": block("yaml", "project:"),
      "source/model/features.yaml": block("yaml", "task:"),
      "source/train.mjs": block("js", "import"),
      "rows.csv": "flipper_length_mm\n200\n",
    });
    succeeded(await project.mlt(["train"]));
    const card = JSON.parse(project.read("model_bin/model.json"));
    expect(card.estimator).toEqual({ name: "A line", params: {} });
    // numpy.polyfit over all 333 complete rows says 4158.6 g at 200 mm (numpy 2.4.6); four fifths of them are learned from here.
    const [, row = ""] = succeeded(await project.mlt(["predict", "rows.csv"])).split("\n");
    const predicted = Number(row.split(",")[1]);
    expect(predicted).toBeGreaterThan(4100);
    expect(predicted).toBeLessThan(4220);
    expect(card.metrics.test.r2).toBeGreaterThan(0.6);
  },
);
