import { afterAll, expect } from "bun:test";
import { join } from "node:path";
import { startBrowser } from "../support/browser.ts";
import { faintTexts, overflowPx, smallTargets } from "../support/page-legibility.ts";
import { newProject, succeeded, type TestProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const browser = await startBrowser();
afterAll(() => browser?.close());

/** Thirty features with long names, one of them without a place to break, and one row in ten of the class that counts. */
const wide = `
    const at = (row: number, column: number) => ((row * 7919 + column * 104729) % 1000) / 1000;
    const rows = Array.from({ length: 600 }, (_, row) => row);
    const columns = Array.from({ length: 30 }, (_, column) =>
      pl.Series(column === 0 ? "x".repeat(60) : \`standard_error_of_measure_\${column}\`, rows.map((row) => at(row, column))),
    );
    return pl.DataFrame([...columns, pl.Series("species", rows.map((row) => (at(row, 1) > 0.9 ? "ill" : "well")))]);`;

async function wideProject(): Promise<TestProject> {
  const project = await newProject("iris");
  project.edit(
    "source/data/data_loader.ts",
    "return nRows === undefined ? data : data.head(nRows);",
    wide.trim(),
  );
  const names = [
    "x".repeat(60),
    ...Array.from({ length: 29 }, (_, at) => `standard_error_of_measure_${at + 1}`),
  ];
  await project.write({
    "source/model/features.yaml": `task: classification\ntarget: species\nfeatures:\n${names.map((name) => `  - ${name}\n`).join("")}`,
  });
  return project;
}

async function faultsOf(path: string, width: number, colorScheme: "light" | "dark") {
  const page = await browser?.newPage({ viewport: { width, height: 900 }, colorScheme });
  if (page === undefined) throw new Error("The browser did not start");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`file://${join(path, "model_bin/report.html")}`);
  for (const more of await page.locator("summary").all()) await more.press("Enter");
  const overflow = await overflowPx(page);
  const texts = [...(await faintTexts(page)), ...(await smallTargets(page))];
  await page.close();
  return { asked: asked.length - 1, overflow, texts };
}

async function expectLegible({ path }: TestProject): Promise<void> {
  for (const width of [390, 1440]) {
    for (const colours of ["light", "dark"] as const) {
      const found = { width, colours, ...(await faultsOf(path, width, colours)) };
      expect(found).toEqual({ width, colours, asked: 0, overflow: 0, texts: [] });
    }
  }
}

const seconds = 1_000;
const legible = "is legible on a phone and on a desk, by day and by night, and asks no network";

testWith(
  ["chromium"],
  `report.html beside a model that was replaced ${legible}`,
  async () => {
    using project = await newProject("iris");
    succeeded(await project.mlt(["train"]));
    project.edit("source/model/train.ts", "C: 1 ", "C: 0.3 ");
    succeeded(await project.mlt(["train", "--compare"]));
    await expectLegible(project);
  },
  30 * seconds,
);

testWith(
  ["chromium"],
  `report.html of a regression with folds ${legible}`,
  async () => {
    using project = await newProject("regression");
    succeeded(await project.mlt(["train", "--folds", "3"]));
    await expectLegible(project);
  },
  30 * seconds,
);

testWith(
  ["chromium"],
  `report.html of thirty features and a rare class ${legible}`,
  async () => {
    using project = await wideProject();
    succeeded(await project.mlt(["train"]));
    await expectLegible(project);
  },
  30 * seconds,
);
