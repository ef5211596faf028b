import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Listening, listen } from "../../adapters/http-server.ts";
import type { Feature } from "../../core/features/feature-spec.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { openPage, startBrowser } from "../support/browser.ts";
import { constantPredictor, everyTypeCard } from "../support/every-type-model.ts";
import { fixedCard, fixedSoftmaxPredictor } from "../support/fixed-softmax-predictor.ts";
import { overflowPx } from "../support/page-legibility.ts";
import { testLimits, testService } from "../support/test-service.ts";
import { testWith } from "../support/tools.ts";

// The page before services that a template does not make: with strange names, with a key, in trouble.

setDefaultTimeout(60_000);

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

type Handle = (request: Request) => Response | Promise<Response>;

/** Serves the model; `instead` may answer a request to predict, `undefined` leaves it to the service. */
async function serve(
  predictor: Predictor,
  instead: (request: Request, service: Handle) => ReturnType<Handle> | undefined = () => undefined,
): Promise<Listening & AsyncDisposable> {
  const { fetch: answer } = testService({
    predictor,
    limits: { ...testLimits, maxRows: 10, maxBodyBytes: 100_000 },
  });
  const handle: Handle = (request) =>
    (request.method === "POST" ? instead(request, answer) : undefined) ?? answer(request);
  const server = await listen(async (request) => await handle(request), { host: "127.0.0.1", port: 0 });
  return { ...server, [Symbol.asyncDispose]: () => server.stop(1000) };
}

const problem = (status: number, detail: string, headers = {}) =>
  new Response(JSON.stringify({ type: "about:blank", title: "Problem", status, detail, request_id: "r-1" }), {
    status,
    headers: { "content-type": "application/problem+json", "x-request-id": "r-1", ...headers },
  });

const headline = (page: Page, text: string) => page.locator("#headline b", { hasText: text }).waitFor();
const said = (page: Page, text: string) => page.locator("#problem", { hasText: text }).waitFor();

describe("The page at /", () => {
  testWith(["chromium"], "shows the texts of a project as they are, whatever they hold", async () => {
    const names = [
      "<img src=x onerror=alert(1)>",
      "</script><script>alert(1)</script>",
      `quote " and ' and &amp;`,
      "constructor",
      "two words",
      "🌷",
      "a".repeat(200),
    ];
    const features = names.map(
      (name): Feature => ({ name, type: "number", nullable: false, description: name }),
    );
    const card: ModelCard = {
      ...fixedCard,
      name: names[0] ?? "",
      description: names[1] ?? "",
      target: names[2] ?? "",
      classes: names.slice(0, 3),
      features,
      golden: [
        { row: Object.fromEntries(names.map((name, index) => [name, index])), class_name: names[0] ?? "" },
      ],
    };
    await using server = await serve(constantPredictor(card, [0.5, 0.25, 0.25]));
    const { page, foreign, complaints } = await openPage(browser, server.port, "/", {
      viewport: { width: 360, height: 740 },
    });
    page.on("dialog", () => expect.unreachable("A text was run"));
    await headline(page, names[0] ?? "");
    expect(await page.locator(".field .name").allTextContents()).toEqual(names);
    expect(await page.locator("#bars .label").allTextContents()).toEqual(names.slice(0, 3));
    expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([
      Object.fromEntries(names.map((name, index) => [name, index])),
    ]);
    expect(await page.locator("img").count()).toBe(0);
    expect(await overflowPx(page)).toBe(0);
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await page.close();
  });

  testWith(["chromium"], "stays usable with two hundred features", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `x${index}`);
    const features = names.map((name): Feature => ({ name, type: "number", nullable: false, max: 9 }));
    const golden = [{ row: Object.fromEntries(names.map((name) => [name, 1])), class_name: "setosa" }];
    await using server = await serve(
      constantPredictor({ ...fixedCard, features, golden }, [0.5, 0.25, 0.25]),
    );
    const { page } = await openPage(browser, server.port, "/");
    await headline(page, "setosa");
    await page.getByLabel("Find a feature").fill("X19");
    expect(await page.locator(".field:visible .name").allTextContents()).toEqual([
      "x19",
      ...Array.from({ length: 10 }, (_, index) => `x19${index}`),
    ]);
    expect(await page.locator("#found").textContent()).toBe("11 of 200 features");
    await page.getByLabel("x199").fill("10");
    await said(page, "Look again at x199.");
    await page.getByLabel("Find a feature").fill("x42");
    expect(await page.locator(".field:visible .name").allTextContents()).toEqual(["x42"]);
    // What is wrong is shown, looked for or not.
    await page.keyboard.press("Enter");
    await page.locator("#f199:focus").waitFor();
    expect(await page.locator(".field:visible .name").allTextContents()).toEqual(["x42", "x199"]);
    expect(await page.locator("#result").isVisible()).toBe(true);
    await page.close();
  });

  testWith(["chromium"], "shows the ten best of many classes, and the rest on demand", async () => {
    const classes = Array.from({ length: 14 }, (_, index) => `class ${index}`);
    // The last is the best, the others are equal and stay in their order: 0.35 + 13 × 0.05 = 1.
    const probabilities = classes.map((_, index) => (index === 13 ? 0.35 : 0.05));
    await using server = await serve(constantPredictor({ ...fixedCard, classes }, probabilities));
    const { page } = await openPage(browser, server.port, "/");
    await headline(page, "class 13");
    expect(await page.locator("#bars li:visible .label").allTextContents()).toEqual([
      "class 13",
      ...classes.slice(0, 9),
    ]);
    await page.getByText("4 more").click();
    expect(await page.locator("#bars li:visible").count()).toBe(14);
    await page.close();
  });

  testWith(["chromium"], "asks for a key where the service does, and keeps it to itself", async () => {
    const keys: (string | null)[] = [];
    await using server = await serve(fixedSoftmaxPredictor(), ({ headers }) => {
      keys.push(headers.get("x-api-key"));
      return headers.get("x-api-key") === "good" ? undefined : problem(401, "Send a key");
    });
    const { page } = await openPage(browser, server.port, "/");
    const field = page.getByLabel("API key");
    await field.fill("bad");
    await page.keyboard.press("Enter");
    await said(page, "The service does not take this key.");
    await field.fill("good");
    await page.getByRole("button", { name: "Use this key" }).click();
    await headline(page, "setosa");
    expect(keys).toEqual([null, "bad", "good"]);
    expect(await field.isVisible()).toBe(false);
    expect(await field.getAttribute("type")).toBe("password");
    expect(await page.locator("#request-curl").textContent()).toContain(`-H "x-api-key: $API_KEY"`);
    expect(await page.locator("#request-curl").textContent()).not.toContain("good");
    expect(await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")).toEqual([
      0,
      0,
      "",
    ]);
    await page.reload();
    await said(page, "This service asks for a key.");
    await page.close();
  });

  testWith(["chromium"], "says what to do when the service is busy, and then goes on", async () => {
    let busy = true;
    await using server = await serve(fixedSoftmaxPredictor(), () =>
      busy ? problem(503, "The service is shutting down", { "retry-after": "5" }) : undefined,
    );
    const { page } = await openPage(browser, server.port, "/");
    await page.getByLabel("petal_length").fill("1.5");
    await said(
      page,
      "The service is shutting down. Nothing of what you filled in is lost: press Predict again in 5 seconds.",
    );
    busy = false;
    await page.getByRole("button", { name: "Predict" }).click();
    await headline(page, "setosa");
    expect(await page.locator("#problem").textContent()).toBe("");
    expect(await page.getByLabel("petal_length").inputValue()).toBe("1.5");
    await page.close();
  });

  testWith(
    ["chromium"],
    "says that the service does not answer, and names the request of a fault",
    async () => {
      await using server = await serve(fixedSoftmaxPredictor(), () =>
        problem(500, "The service failed to answer"),
      );
      const { page } = await openPage(browser, server.port, "/");
      await said(page, "The service failed to answer. (Status 500, request r-1.)");
      await server.stop(0);
      await page.getByRole("button", { name: "Predict" }).click();
      await said(page, "The service does not answer. Look whether it runs, then press Predict again.");
      await page.close();
    },
  );

  testWith(["chromium"], "shows the answer to the latest request, whichever comes last", async () => {
    const held = Promise.withResolvers<void>();
    let asked = 0;
    await using server = await serve(fixedSoftmaxPredictor(), (request, answer) => {
      asked += 1;
      return asked === 2 ? held.promise.then(() => answer(request)) : undefined;
    });
    const { page } = await openPage(browser, server.port, "/");
    await headline(page, "setosa");
    const second = page.waitForRequest((request) => request.method() === "POST");
    await page.getByLabel("petal_length").fill("4.5");
    await second;
    // Scores by the weights of the fixed model: 9 - 3 × 7, 4 - 7, -6 + 7.
    await page.getByLabel("petal_length").fill("7");
    await headline(page, "virginica");
    held.resolve();
    await page.evaluate("fetch('ping')");
    expect(await page.locator("#headline b").textContent()).toBe("virginica");
    await page.close();
  });

  testWith(["chromium"], "says that the service has another model now", async () => {
    await using server = await serve(fixedSoftmaxPredictor(), async (request, answer) => {
      const response = new Response((await answer(request)).body);
      response.headers.set("x-model-id", "another");
      return response;
    });
    const { page } = await openPage(browser, server.port, "/");
    await said(page, "The service has another model since this page was opened.");
    await page.getByRole("link", { name: "Load the page again" }).click();
    await page.waitForLoadState();
    await page.close();
  });

  testWith(["chromium"], "works below a path that a proxy adds", async () => {
    const { fetch: answer } = testService({ predictor: constantPredictor(everyTypeCard, [0.5, 0.25, 0.25]) });
    const server = await listen(
      async (request) => {
        const { pathname, origin } = new URL(request.url);
        if (!pathname.startsWith("/models/x/")) return new Response("outside", { status: 404 });
        return await answer(new Request(origin + pathname.slice("/models/x".length), request));
      },
      { host: "127.0.0.1", port: 0 },
    );
    const { page, foreign, complaints } = await openPage(browser, server.port, "/models/x/");
    await headline(page, "setosa");
    expect(await page.locator("#request-curl").textContent()).toStartWith(
      `curl 'http://ml.test:${server.port}/models/x/api/proba_predictions'`,
    );
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await page.close();
    await server.stop(1000);
  });
});
