import { afterAll, beforeAll, expect } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Listening, listen } from "../../adapters/http-server.ts";
import { testService } from "../support/test-service.ts";
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

let server: Listening;
let prefixed: Listening;
let browser: Browser | undefined;
beforeAll(async () => {
  const { fetch } = testService();
  server = await listen(fetch, { host: "127.0.0.1", port: 0 });
  // As a proxy does that serves the service below a path of its own.
  prefixed = await listen(
    (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith("/models/iris/")) return new Response("outside", { status: 404 });
      return fetch(new Request(`http://ml${pathname.slice("/models/iris".length)}`, request));
    },
    { host: "127.0.0.1", port: 0 },
  );
  const executable = executablePath("chromium");
  if (executable !== undefined) browser = await chromium.launch({ executablePath: executable, args: flags });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([server.stop(1000), prefixed.stop(1000)]);
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
    const { page, foreign, complaints } = await openDocs(`http://${host}:${server.port}/docs`);
    expect(await page.title()).toBe("iris 1.2.0");
    const operation = page.locator("#operations-predictions-predict");
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table .response");
    expect(await answer.locator(".response-col_status").textContent()).toContain("200");
    expect(await answer.locator(".response-col_description").textContent()).toContain(
      '"class_name": "setosa"',
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
  const { page } = await openDocs(`http://${host}:${server.port}/docs`);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html.dark-mode").waitFor({ state: "attached" });
  await page.emulateMedia({ colorScheme: "light" });
  await page.locator("html:not(.dark-mode)").waitFor({ state: "attached" });
  expect(await page.locator("html.dark-mode").count()).toBe(0);
  await page.close();
});
