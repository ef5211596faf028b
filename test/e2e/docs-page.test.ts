import { afterAll, beforeAll, expect } from "bun:test";
import type { Browser } from "playwright-core";
import { type Listening, listen } from "../../adapters/http-server.ts";
import { host, openPage, startBrowser } from "../support/browser.ts";
import { type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

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
  browser = await startBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await prefixed.stop(1000);
  await service[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const openDocs = () => openPage(browser, new URL(service.url).port, "/docs");

testWith(
  ["chromium"],
  "the page at /docs sends its example and shows the answer, and asks no other host",
  async () => {
    const { page, foreign, complaints } = await openDocs();
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
  const { page, foreign, complaints } = await openPage(browser, prefixed.port, "/models/iris/docs/");
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
  const { page } = await openDocs();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html.dark-mode").waitFor({ state: "attached" });
  await page.emulateMedia({ colorScheme: "light" });
  await page.locator("html:not(.dark-mode)").waitFor({ state: "attached" });
  expect(await page.locator("html.dark-mode").count()).toBe(0);
  await page.close();
});

testWith(["chromium"], "the page at /docs leads to the page at /", async () => {
  const { page } = await openPage(browser, prefixed.port, "/models/iris/docs");
  await page.getByRole("link", { name: "Try the model in a form" }).click();
  await page.locator("#headline b").waitFor();
  expect(page.url()).toBe(`http://${host}:${prefixed.port}/models/iris/`);
  await page.close();
});
