import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { executablePath } from "./tools.ts";

/** A name that is not localhost: for those Swagger UI would ask its makers' server for a badge, were it not told. */
export const host = "ml.test";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  `--host-resolver-rules=MAP ${host} 127.0.0.1`,
];

/** Chromium, where it is installed. */
export async function startBrowser(): Promise<Browser | undefined> {
  const executable = executablePath("chromium");
  return executable === undefined
    ? undefined
    : await chromium.launch({ executablePath: executable, args: flags });
}

export interface OpenPage {
  readonly page: Page;
  /** Requests to other hosts; they are refused. */
  readonly foreign: readonly string[];
  /** Whatever the browser complains of. */
  readonly complaints: readonly string[];
}

/** Opens the page at the port under a name of its own. */
export async function openPage(
  browser: Browser | undefined,
  port: number | string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  if (browser === undefined) throw new Error("The browser did not start");
  const page = await browser.newPage(options);
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const url = `http://${host}:${port}${path}`;
  await page.route("**/*", (route) => {
    const { origin, href } = new URL(route.request().url());
    if (origin === new URL(url).origin) return route.continue();
    foreign.push(href);
    return route.abort();
  });
  await page.goto(url);
  return { page, foreign, complaints };
}
