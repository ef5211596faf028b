import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { reachDirectly } from "../../adapters/reach-directly.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { BuiltImage, ImageRunner, RunningContainer } from "../../core/ports.ts";
import { type AskedService, askGolden, askPredictions } from "./ask-golden.ts";

export interface ImageTest {
  readonly runner: ImageRunner;
  readonly image: BuiltImage;
  /** Of the model that is in the image. */
  readonly card: ModelCard;
  /** Folder of the project, whose `tests/prediction/*.json` are sent. */
  readonly projectDir: string;
  /** How long it may take until it is ready. */
  readonly readyTimeoutMs: number;
  /** How long it may take to end. */
  readonly endTimeoutMs: number;
}

/** What a test of an image found. */
export interface ImageTestReport {
  /** Until it was ready. */
  readonly readyMs: number;
  /** Golden requests and the project's own that it answered. */
  readonly requests: number;
}

const shownLines = 30;

/**
 * Starts a container of the image and asks it what the model was asked when it was trained, and what the project has
 * as requests. It must answer the same, and end when it is told to.
 *
 * @throws {MltError} external, with the last lines that the container said
 */
export async function testImage(test: ImageTest): Promise<ImageTestReport> {
  const lines: string[] = [];
  const container = await test.runner.start(test.image, (line) => {
    lines.push(line);
    if (lines.length > shownLines) lines.shift();
  });
  reachDirectly(container.url.hostname);
  try {
    const readyMs = await untilReady(container, test.readyTimeoutMs);
    const requests = (await askGolden(container, test.card)) + (await askProject(container, test.projectDir));
    await end(container, test.endTimeoutMs);
    return { readyMs, requests };
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    // Its last words come with its end.
    await container.remove();
    await container.ended;
    const said = lines.length === 0 ? "It said nothing." : `It said:\n  ${lines.join("\n  ")}`;
    throw new MltError(`The image does not pass its test: ${cause.message}\n${said}`, {
      hint: cause.hint ?? "Mend what it says, and build again; nothing was pushed.",
      exitCode: ExitCode.external,
      cause,
    });
  } finally {
    await container.remove();
  }
}

async function untilReady({ url, ended }: RunningContainer, timeoutMs: number): Promise<number> {
  const start = performance.now();
  let exitCode: number | undefined;
  void ended.then((code) => {
    exitCode = code;
  });
  let last: string | undefined;
  while (performance.now() - start < timeoutMs) {
    if (exitCode !== undefined) throw endedEarly(exitCode);
    try {
      const response = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(2_000) });
      const text = await response.text();
      if (response.ok) return performance.now() - start;
      last = `it answers ${response.status} ${text.slice(0, 200)}`;
    } catch (cause) {
      // Until it listens, connections are refused.
      if (!(cause instanceof Error)) throw cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const within = `it was not ready within ${timeoutMs / 1_000} seconds`;
  if (last !== undefined) throw new MltError(`${within}: ${last}`);
  throw new MltError(`${within}: it takes no connections at ${url.host}`, {
    hint: "Where the engine is on another machine, or mlt in a container beside it, its containers are not reached: build with --engine oci.",
  });
}

/** What the engine itself ends with where it cannot start a container: Docker's manual of `docker run`. */
const engineFailed = 125;

function endedEarly(exitCode: number): MltError {
  const hint = "Mend what the container engine says, or build with --engine oci, which tests without one.";
  return new MltError(
    `the container ended with the code ${exitCode}`,
    exitCode === engineFailed ? { hint } : {},
  );
}

async function askProject(asked: AskedService, projectDir: string): Promise<number> {
  const folder = join(projectDir, "tests", "prediction");
  const names = (await namesIn(folder)).filter((name) => name.endsWith(".json")).sort();
  for (const name of names) {
    const body = await readFile(join(folder, name), "utf8");
    await askPredictions(asked, { route: "/api/predictions", body, what: `tests/prediction/${name}` });
  }
  return names.length;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
}

async function end(container: RunningContainer, timeoutMs: number): Promise<void> {
  await container.stop(timeoutMs);
  const exitCode = await container.ended;
  if (exitCode !== 0) {
    throw new MltError(
      `told to end, it ended with the code ${exitCode} (137: not within ${timeoutMs / 1_000} seconds)`,
    );
  }
}
