import { afterAll, beforeAll, expect } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Listening, listen } from "../../adapters/http-server.ts";
import { type TestProject, trainedProject } from "../support/project.ts";
import { executablePath, testWith } from "../support/tools.ts";

// Under a name that is not localhost: for other names Swagger UI would ask its makers' server for a badge.
const host = "ml.test";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  `--host-resolver-rules=MAP ${host} 127.0.0.1`,
];

let project: TestProject;
let service: Awaited<ReturnType<TestProject["serve"]>>;
/** As a proxy does that serves the service below a path of its own. */
let prefixed: Listening;
let browser: Browser | undefined;
beforeAll(async () => {
  project = await trainedProject();
  service = await project.serve();
  prefixed = await listen(
    (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith("/models/iris/")) return new Response("outside", { status: 404 });
      const passedOn = new Request(service.url + pathname.slice("/models/iris".length), request);
      return fetch(passedOn, { decompress: false, redirect: "manual" });
    },
    { host: "127.0.0.1", port: 0 },
  );
  const executable = executablePath("chromium");
  if (executable !== undefined) browser = await chromium.launch({ executablePath: executable, args: flags });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await prefixed.stop(1000);
  await service[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

/** Opens the page, refusing and noting every request to another host, and everything the browser complains of. */
async function openDocs(url: string): Promise<{ page: Page; foreign: string[]; complaints: string[] }> {
  if (browser === undefined) throw new Error("The browser did not start");
  const page = await browser.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.route("**/*", (route) => {
    const { origin, href } = new URL(route.request().url());
    if (origin === new URL(url).origin) return route.continue();
    foreign.push(href);
    return route.abort();
  });
  await page.goto(url);
  return { page, foreign, complaints };
}

testWith(
  ["chromium"],
  "the page at /docs sends its example and shows the answer, and asks no other host",
  async () => {
    const { page, foreign, complaints } = await openDocs(`http://${host}:${new URL(service.url).port}/docs`);
    expect(await page.title()).toBe("iris 0.1.0");
    const kept: string = JSON.parse(project.read("model_bin/model.json")).golden[0].class_name;
    const operation = page.locator("#operations-predictions-predict");
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table .response");
    expect(await answer.locator(".response-col_status").textContent()).toContain("200");
    expect(await answer.locator(".response-col_description").textContent()).toContain(
      `"class_name": "${kept}"`,
    );
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

testWith(["chromium"], "the page at /docs/ works below a path that a proxy adds", async () => {
  const { page, foreign, complaints } = await openDocs(`http://${host}:${prefixed.port}/models/iris/docs/`);
  const operation = page.locator("#operations-predictions-predictProbabilities");
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table .response");
  expect(await answer.locator(".response-col_status").textContent()).toContain("200");
  expect(await operation.locator(".request-url pre").textContent()).toBe(
    `http://${host}:${prefixed.port}/models/iris/api/proba_predictions`,
  );
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

testWith(["chromium"], "the page at /docs is dark where the reader wants it so", async () => {
  const { page } = await openDocs(`http://${host}:${new URL(service.url).port}/docs`);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html.dark-mode").waitFor({ state: "attached" });
  await page.emulateMedia({ colorScheme: "light" });
  await page.locator("html:not(.dark-mode)").waitFor({ state: "attached" });
  expect(await page.locator("html.dark-mode").count()).toBe(0);
  await page.close();
});
