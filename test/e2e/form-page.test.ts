import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openPage, startBrowser } from "../support/browser.ts";
import { everyTypeProject } from "../support/every-type-project.ts";
import { faintTexts, overflowPx, smallTargets } from "../support/page-legibility.ts";
import { type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

const makers = {
  iris: trainedProject,
  regression: () => trainedProject("regression"),
  everyType: everyTypeProject,
};
type Name = keyof typeof makers;
const names = Object.keys(makers).filter((name): name is Name => name in makers);

const projects = new Map<Name, TestProject>();
const services = new Map<Name, Awaited<ReturnType<TestProject["serve"]>>>();
let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startBrowser();
  for (const name of names) {
    const project = await makers[name]();
    projects.set(name, project);
    services.set(name, await project.serve());
  }
}, 120_000);
afterAll(async () => {
  await browser?.close();
  for (const service of services.values()) await service[Symbol.asyncDispose]();
  for (const project of projects.values()) project[Symbol.dispose]();
});

function urlOf(name: Name): string {
  const service = services.get(name);
  if (service === undefined) throw new Error(`${name} is not served`);
  return service.url;
}

async function openForm(name: Name, options = {}) {
  const opened = await openPage(browser, new URL(urlOf(name)).port, "/", options);
  await opened.page.locator("#headline b").waitFor();
  return opened;
}

async function ask(name: Name, path: string, row: object): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(urlOf(name) + path, { method: "POST", headers, body: JSON.stringify([row]) });
  const [answer] = JSON.parse(await response.text());
  return answer;
}

/** Types what is given into the fields, one Tab apart, and ends with Enter; the focus is before the first field. */
async function type(page: Page, keys: readonly (readonly string[])[]): Promise<void> {
  for (const presses of keys) {
    await page.keyboard.press("Tab");
    for (const press of presses) await page.keyboard.press(press);
  }
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.keyboard.press("Enter");
  await answered;
}

const replaced = (text: string) => ["ControlOrMeta+a", ...text];

/** Puts the focus on the last button before the fields, with Tab alone. */
async function tabToFields(page: Page): Promise<void> {
  const focused = page.locator("button[type=reset]:focus");
  for (let tabs = 0; tabs < 20 && (await focused.count()) === 0; tabs++) await page.keyboard.press("Tab");
  expect(await focused.count()).toBe(1);
}

describe("The page at /", () => {
  testWith(
    ["chromium"],
    "shows what the API answers to what was typed, by keyboard alone (iris)",
    async () => {
      const { page, foreign, complaints } = await openForm("iris", { reducedMotion: "reduce" });
      await tabToFields(page);
      await type(page, ["5.1", "3.5", "1.4", "0.2"].map(replaced));
      const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };
      const { class_names: classes, probabilities } = await ask("iris", "/api/proba_predictions", row);
      if (!Array.isArray(classes) || !Array.isArray(probabilities))
        throw new Error("There are no probabilities");
      await page.locator("#headline b", { hasText: "setosa" }).waitFor();
      expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([row]);
      const shown = await page.locator("#bars li").allTextContents();
      // Of a setosa, a versicolor is the likelier mistake; a virginica is none in a thousand.
      expect(shown).toEqual([
        `setosa ${(100 * probabilities[0]).toFixed(1)}%`,
        `versicolor ${(100 * probabilities[1]).toFixed(1)}%`,
        "virginica <0.1%",
      ]);
      const widths: number[] = await page.evaluate(
        `Array.from(document.querySelectorAll("#bars .bar"), (bar) =>
        bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width)`,
      );
      for (const [rank, probability] of probabilities.entries())
        expect(widths[rank]).toBeCloseTo(probability, 3);
      expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
      await page.close();
    },
  );

  testWith(["chromium"], "shows a number with the target's name (regression)", async () => {
    const { page, foreign, complaints } = await openForm("regression");
    await tabToFields(page);
    // Buttons side by side are one stop; the arrows choose. The bill's length stays empty.
    await type(page, [
      ["ArrowRight"],
      ["ArrowLeft"],
      ["ControlOrMeta+a", "Delete"],
      replaced("17.5"),
      replaced("190"),
      ["ArrowLeft"],
    ]);
    const row = {
      species: "Chinstrap",
      island: "Dream",
      bill_length_mm: null,
      bill_depth_mm: 17.5,
      flipper_length_mm: 190,
      sex: "female",
    };
    expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([row]);
    const { prediction } = await ask("regression", "/api/predictions", row);
    await page.locator("#headline b", { hasText: String(prediction) }).waitFor();
    expect(await page.locator("#headline").textContent()).toBe(String(prediction));
    expect(await page.locator("#result-title").textContent()).toBe("Predicted body_mass_g");
    expect(await page.locator("#scale").textContent()).toMatch(
      /^For the training rows it predicted \d+ to \d+$/,
    );
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await page.close();
  });

  testWith(["chromium"], "asks for every type of feature", async () => {
    const { page, foreign, complaints } = await openForm("everyType");
    await tabToFields(page);
    // The example is one that is not sold, and red: the arrows go on from there. The menu jumps to what is typed.
    await type(page, [replaced("4.5"), replaced("7"), ["ArrowUp"], ["ArrowRight"], ["J"], replaced("old")]);
    const row = { size: 4.5, count: 7, sold: true, colour: "green", month: "Jan", note: "old" };
    expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([row]);
    const { class_name: name } = await ask("everyType", "/api/predictions", row);
    await page.locator("#headline b", { hasText: String(name) }).waitFor();
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await page.close();
  });

  testWith(
    ["chromium"],
    "tells at the field what the service refuses, and keeps what was typed",
    async () => {
      const { page } = await openForm("iris");
      await page.getByLabel("sepal_width").fill("2.25");
      await page.getByLabel("petal_width").fill("-1");
      await page.keyboard.press("Enter");
      const error = page.locator(".error:visible");
      await error.waitFor();
      expect(await error.allTextContents()).toEqual(["Enter a number of at least 0"]);
      const field = page.getByLabel("petal_width");
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      expect((await field.getAttribute("aria-describedby"))?.split(" ")).toContain(
        (await error.getAttribute("id")) ?? "",
      );
      expect(await page.locator("#f3:focus").count()).toBe(1);
      expect(await page.locator("#problem").textContent()).toBe("Look again at petal_width.");
      expect(await page.getByLabel("sepal_width").inputValue()).toBe("2.25");
      expect(await field.inputValue()).toBe("-1");
      await field.fill("0.25");
      await error.waitFor({ state: "detached" });
      await page.locator("#problem:empty").waitFor({ state: "attached" });
      expect(await field.getAttribute("aria-invalid")).toBe("false");
      await page.close();
    },
  );

  testWith(["chromium"], "asks for a required number that was left out", async () => {
    const { page } = await openForm("iris");
    await page.getByLabel("petal_width").fill("");
    await page.getByRole("button", { name: "Predict" }).click();
    await page.locator(".error:visible").waitFor();
    expect(await page.locator(".error:visible").allTextContents()).toEqual(["Enter a number of at least 0"]);
    await page.close();
  });

  testWith(["chromium"], "follows a slider, and marks what the model has not learned from", async () => {
    const { page } = await openForm("iris");
    await page.locator(".slider").nth(2).fill("1.4");
    await page.locator(".slider").nth(3).fill("0.2");
    const [example = []] = JSON.parse((await page.locator("#page-data").textContent()) ?? "").examples;
    const row = { sepal_length: example[0], sepal_width: example[1], petal_length: 1.4, petal_width: 0.2 };
    const { class_name: name } = await ask("iris", "/api/predictions", row);
    await page.locator("#headline b", { hasText: String(name) }).waitFor();
    expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([row]);
    expect(await page.getByLabel("petal_length").inputValue()).toBe("1.4");
    expect(await page.locator(".outside:visible").count()).toBe(0);
    await page.getByLabel("petal_length").fill("25");
    expect(await page.locator(".outside:visible").allTextContents()).toEqual([
      "outside of the training rows",
    ]);
    await page.close();
  });

  testWith(["chromium"], "goes through the kept requests, and back to the first", async () => {
    const { page } = await openForm("iris");
    const { golden } = JSON.parse(projects.get("iris")?.read("model_bin/model.json") ?? "");
    const expectExample = async (index: number) => {
      await page.locator("#headline b", { hasText: golden[index].class_name }).waitFor();
      expect(JSON.parse((await page.locator("#request-json").textContent()) ?? "")).toEqual([
        golden[index].row,
      ]);
    };
    await expectExample(0);
    await page.getByRole("button", { name: "Another example" }).click();
    await expectExample(1);
    await page.getByRole("button", { name: "Another example" }).click();
    await expectExample(2);
    await page.getByRole("button", { name: "Reset" }).click();
    await expectExample(0);
    await page.close();
  });

  for (const name of names) {
    for (const colorScheme of ["light", "dark"] as const) {
      testWith(["chromium"], `can be read and hit on a phone (${name}, ${colorScheme})`, async () => {
        const viewport = { width: 360, height: 740 };
        const { page, complaints } = await openForm(name, { viewport, colorScheme, hasTouch: true });
        await page.locator("#request summary").click();
        expect(await faintTexts(page)).toEqual([]);
        await page.locator("input[type=number]").first().fill("-1e30");
        await page.getByRole("button", { name: "Predict" }).click();
        await page.locator(".error:visible").waitFor();
        expect(await overflowPx(page)).toBe(0);
        expect(await faintTexts(page)).toEqual([]);
        expect(await smallTargets(page)).toEqual([]);
        expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
        await page.close();
      });
    }
  }

  testWith(["chromium"], "says without JavaScript where to read on", async () => {
    const port = new URL(urlOf("iris")).port;
    const { page } = await openPage(browser, port, "/", { javaScriptEnabled: false });
    expect(await page.locator(".notice").textContent()).toStartWith(
      "This page needs JavaScript to ask the model.",
    );
    expect(await page.locator(".notice a").getAttribute("href")).toBe("docs/json");
    await page.close();
  });

  testWith(["chromium"], "selects the request where a page may not copy", async () => {
    const { page } = await openForm("iris");
    await page.locator("#request summary").click();
    await page.getByRole("button", { name: "Copy" }).first().click();
    expect(await page.locator("#copied").textContent()).toBe("Selected: copy it with Ctrl+C or \u2318C");
    expect(await page.evaluate("getSelection().toString()")).toBe(
      await page.locator("#request-json").textContent(),
    );
    await page.close();
  });

  testWith(["chromium"], "does not move where the reader wants no motion", async () => {
    const { page } = await openForm("iris", { reducedMotion: "reduce" });
    expect(await page.evaluate(`getComputedStyle(document.querySelector(".bar")).transitionDuration`)).toBe(
      "0s",
    );
    await page.close();
  });
});
