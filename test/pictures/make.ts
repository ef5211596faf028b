import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { openPage, startBrowser } from "../support/browser.ts";
import { launch, mltBinary } from "../support/mlt.ts";
import { type ProductionMachine, productionMachine } from "../support/production-machine.ts";
import { cacheDir, newProject, succeeded, type TestProject } from "../support/project.ts";
import { terminalSvg } from "./terminal-svg.ts";

/**
 * Takes the pictures of docs/images, all but the overview, of a program that was built: of real terminals, of its pages in
 * a real browser, of pods that run. `npm run docs:pictures`; it needs what the test of the tutorial needs, and Chromium.
 */

const images = resolve(import.meta.dirname, "../../docs/images");
const screen = { columns: 160, rows: 50 };

/** Where it is: the folder of a project, and what its environment has. */
interface Place {
  readonly project: TestProject;
  readonly env: Readonly<Record<string, string>>;
}

/** Types a command on a terminal. */
async function takeTerminal(file: string, command: string, { project, env }: Place): Promise<void> {
  const path = `${dirname(mltBinary)}:${process.env["PATH"]}`;
  const typed = `stty cols ${screen.columns} rows ${screen.rows}; ${command}`;
  // Its output goes nowhere but to us.
  const terminal = launch(["script", "--quiet", "--flush", "--return", "--command", typed, "/dev/null"], {
    cwd: project.path,
    env: { MLT_CACHE_DIR: cacheDir, ...env, PATH: path, TERM: "xterm" },
  });
  terminal.child.stdin?.end();
  const output = succeeded(await terminal.finished);
  writeFileSync(join(images, file), terminalSvg(command, output));
}

async function takeTerminals(machine: ProductionMachine): Promise<void> {
  using project = await newProject();
  const env = { ...machine.env, MLT_IMAGE__REGISTRY: "localhost:32000", MLT_DEPLOY__NAMESPACE: "models" };
  await takeTerminal("terminal-train.svg", "mlt train", { project, env });
  const push = ["build-image", "--engine", "oci", "--no-test", "--push"];
  succeeded(await project.mlt(push, env));
  succeeded(await project.mlt(["deploy", "--create-namespace"], env));
  project.edit("config.yaml", "version: 0.1.0", "version: 0.2.0");
  project.edit("source/model/train.ts", "C: 1 ", "C: 10 ");
  succeeded(await project.mlt(["train"], env));
  succeeded(await project.mlt(push, env));
  await takeTerminal("terminal-deploy.svg", "mlt deploy", { project, env });
  await takeTerminal("terminal-status.svg", "mlt status --release", { project, env });
}

async function takePages(browser: Browser): Promise<void> {
  using project = await newProject();
  project.edit("source/model/features.yaml", "# id: ID", "id: ID");
  succeeded(await project.mlt(["train"]));
  await takeSection(browser, join(project.path, "model_bin/report.html"), {
    file: "report.png",
    from: "Where it is right, and where it errs",
    height: 858,
  });
  {
    await using service = await project.serve([], { MLT_LOGGING__ENABLED: "true" });
    const { port } = new URL(service.url);
    const form = await openPage(browser, port, "/", { viewport: { width: 960, height: 820 } });
    await form.page.locator("#headline b").waitFor();
    await form.page.screenshot({ path: join(images, "form-page.png") });
    const docs = await openPage(browser, port, "/docs", { viewport: { width: 960, height: 800 } });
    await docs.page.locator(".opblock").first().waitFor();
    await docs.page.screenshot({ path: join(images, "docs-page.png") });
    await live(service.url, project);
  }
  succeeded(await project.mlt(["evaluate", "--log", "spool", "--report", "now.html"]));
  await takeSection(browser, join(project.path, "now.html"), {
    file: "evaluation.png",
    from: "What has moved since the training",
    height: 843,
  });
}

interface Section {
  readonly file: string;
  /** Its heading. */
  readonly from: string;
  /** Pixels. */
  readonly height: number;
}

/** Takes a part of a page that is a file. */
async function takeSection(browser: Browser, path: string, { file, from, height }: Section): Promise<void> {
  const width = 960;
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(pathToFileURL(path).href);
  const heading = await page.getByRole("heading", { name: from }).boundingBox();
  if (heading === null) throw new Error(`${path} has no heading "${from}"`);
  const clip = { x: 0, y: heading.y - 20, width, height };
  await page.screenshot({ path: join(images, file), fullPage: true, clip });
  await page.close();
}

/** A life in which the petals are measured too long: each flower is asked about ten times, and told. */
async function live(url: string, project: TestProject): Promise<void> {
  const [header = "", ...lines] = project.read("source/data/iris.csv").trim().split("\n");
  const names = header.split(",").slice(0, 4);
  // Of too few, nothing can be said.
  const flowers = Array.from({ length: 10 }, () => lines)
    .flat()
    .map((line, at) => {
      const cells = line.split(",");
      const measured = Object.fromEntries(names.map((name, column) => [name, Number(cells[column])]));
      return { ID: `F-${at}`, measured, truth: cells[4] };
    });
  const longer = ({ petal_length = 0, ...others }: Record<string, number>) => ({
    ...others,
    petal_length: Math.round((petal_length + 1.5) * 10) / 10,
  });
  await post(
    `${url}/api/proba_predictions`,
    flowers.map(({ ID, measured }) => ({ ID, ...longer(measured) })),
  );
  await post(
    `${url}/api/feedback`,
    flowers.map(({ ID, truth }) => ({ ID, truth })),
  );
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}

const browser = await startBrowser();
if (browser === undefined) throw new Error("chromium is not installed");
try {
  await takePages(browser);
} finally {
  await browser.close();
}
await using machine = await productionMachine();
await takeTerminals(machine);
for (const file of ["form-page.png", "docs-page.png", "report.png", "evaluation.png"]) {
  console.log(`${file}  ${Math.ceil(readFileSync(join(images, file)).length / 1000)} kB`);
}
