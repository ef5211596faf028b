import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Listening, listen } from "../../adapters/http-server.ts";
import { type TestProject, trainedProject } from "../support/project.ts";
import { executablePath, testWith } from "../support/tools.ts";

setDefaultTimeout(60_000);

// Names that are not localhost: a browser is less strict with that one.
const flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.test 127.0.0.1"];
const key = "a-key-of-the-browser";

let project: TestProject;
let service: Awaited<ReturnType<TestProject["serve"]>>;
let pages: Listening;
let browser: Browser;
const at = (host: string, { port }: { readonly port: number | string }) => `http://${host}:${port}`;
beforeAll(async () => {
  project = await trainedProject();
  const html = () =>
    new Response("<!doctype html><title>app</title>", { headers: { "content-type": "text/html" } });
  pages = await listen(html, { host: "127.0.0.1", port: 0 });
  const executable = executablePath("chromium");
  if (executable === undefined) return;
  service = await project.serve([], {
    MLT_SERVE__API_KEYS: key,
    MLT_SERVE__CORS_ORIGINS: at("app.test", pages),
  });
  browser = await chromium.launch({ executablePath: executable, args: flags });
});
afterAll(async () => {
  await browser?.close();
  await service?.[Symbol.asyncDispose]();
  await pages.stop(1000);
  project[Symbol.dispose]();
});

/** What a script of the page gets from the service: status, body and what it may read of the headers; or its error. */
async function ask(page: Page, path: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const url = at("ml.test", new URL(service.url)) + path;
  const rows = [{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }];
  const request = {
    url,
    body: JSON.stringify(rows),
    headers: { "content-type": "application/json", ...headers },
  };
  return await page.evaluate(async ({ url, ...init }) => {
    try {
      const response = await fetch(url, { method: "POST", ...init });
      const version = response.headers.get("x-model-version");
      return { status: response.status, body: await response.json(), version };
    } catch (error) {
      return String(error);
    }
  }, request);
}

testWith(
  ["chromium"],
  "a page of a listed origin predicts with its key, and reads refusals too",
  async () => {
    const page = await browser.newPage();
    await page.goto(at("app.test", pages));
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { "x-api-key": key, "x-request-id": "from-a-page" },
    ]) {
      expect(await ask(page, "/api/predictions", headers)).toEqual({
        status: 200,
        body: [{ class_name: "setosa" }],
        version: "0.1.0",
      });
    }
    expect(await ask(page, "/api/predictions", {})).toMatchObject({
      status: 401,
      body: { title: "Unauthorized" },
    });
    await page.close();
  },
);

testWith(["chromium"], "a page of another origin reads nothing, not even with a key", async () => {
  const page = await browser.newPage();
  await page.goto(at("other.test", pages));
  for (const headers of [{ authorization: `Bearer ${key}` }, {}])
    expect(await ask(page, "/api/predictions", headers)).toBe("TypeError: Failed to fetch");
  await page.close();
});

testWith(
  ["chromium"],
  "the page at /docs predicts after Authorize, and without it shows the 401",
  async () => {
    const page = await browser.newPage();
    await page.goto(`${at("ml.test", new URL(service.url))}/docs`);
    const operation = page.locator("#operations-predictions-predict");
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    const execute = async () => {
      await operation.getByRole("button", { name: "Execute" }).click();
      const status = operation.locator(".live-responses-table .response .response-col_status");
      return await status.textContent();
    };
    expect(await execute()).toContain("401");
    await page.locator(".scheme-container").getByRole("button", { name: "Authorize" }).click();
    const dialog = page.locator(".dialog-ux");
    for (const scheme of ["apiKey", "bearer"]) {
      const form = dialog.locator("form", { hasText: scheme });
      await form.getByRole("textbox").fill(key);
      await form.getByRole("button", { name: "Apply credentials" }).click();
    }
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await operation.getByRole("button", { name: "Clear" }).click();
    expect(await execute()).toContain("200");
    expect(await page.locator(".scheme-container .servers").isVisible()).toBe(false);
    await page.close();
  },
);
