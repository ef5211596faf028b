import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mlt, serveMlt } from "../support/mlt.ts";
import { cacheDir, succeeded } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

/** From an empty folder to answers, as the README tells it, one step after the other. */
async function walk(template: string, steps: (walk: Walk) => Promise<void>): Promise<void> {
  using dir = tempDir();
  const home = join(dir.path, "home");
  const env = { HOME: home, MLT_CACHE_DIR: cacheDir };
  succeeded(await mlt(["init", "p", "--template", template], { cwd: dir.path, env }));
  const cwd = join(dir.path, "p");
  const run = async (...args: readonly string[]) => succeeded(await mlt(args, { cwd, env }));
  await run("train");
  {
    await using service = await serveMlt({ cwd, env });
    const post = async (path: string, file: string) => {
      const body = Bun.file(join(cwd, "tests/prediction", file));
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${service.url}${path}`, { method: "POST", headers, body });
      expect(response.status).toBe(200);
      return await response.json();
    };
    await steps({ cwd, run, post });
  }
  expect(await run("test")).toMatch(/^bun test v/);
  expect(await run("doctor")).not.toContain("✗");
  // ONNX Runtime would keep a device id and a database there.
  expect(existsSync(join(home, ".cache/Microsoft"))).toBe(false);
  expect(readdirSync(cwd).filter((name) => name.startsWith(".model_bin"))).toEqual([]);
}

interface Walk {
  readonly cwd: string;
  run(...args: readonly string[]): Promise<string>;
  post(path: string, file: string): Promise<unknown>;
}

interface Probabilities {
  readonly class_names: readonly string[];
  readonly probabilities: readonly number[];
}

describe("From mlt init to answers", () => {
  test("for the flowers", async () => {
    await walk("iris", async ({ cwd, run, post }) => {
      const example = "example_classification1.json";
      expect(await post("/api/predictions", example)).toEqual([{ class_name: "setosa" }]);
      const [answer, ...rest] = (await post("/api/proba_predictions", example)) as Probabilities[];
      expect(rest).toEqual([]);
      expect(answer?.class_names).toEqual(["setosa", "versicolor", "virginica"]);
      const [setosa = 0, ...others] = answer?.probabilities ?? [];
      expect(others).toHaveLength(2);
      expect(setosa).toBeGreaterThan(0.9);
      expect(others.reduce((sum, probability) => sum + probability, setosa)).toBeCloseTo(1, 6);
      expect(await post("/api/predictions", "batch_request.json")).toEqual([
        { class_name: "setosa" },
        { class_name: "versicolor" },
        { class_name: "virginica" },
      ]);
      // The same rows in a file: the same classes, and the very numbers that the service answers.
      const rows = (await run("predict", "tests/prediction/batch.csv")).trim().split("\n").slice(1);
      const served = (await post("/api/proba_predictions", "batch_request.json")) as Probabilities[];
      expect(rows.map((line) => line.split(",").slice(5).map(Number))).toEqual(
        served.map(({ probabilities }) => [...probabilities]),
      );
      expect(readdirSync(join(cwd, "model_bin")).sort()).toEqual(["model.json", "model.onnx", "report.html"]);
    });
  });

  test("for the penguins", async () => {
    await walk("regression", async ({ run, post }) => {
      const served = (await post("/api/predictions", "batch_request.json")) as { prediction: number }[];
      for (const { prediction } of served) expect(prediction).toBeWithin(2500, 6500);
      const rows = (await run("predict", "tests/prediction/batch.csv")).trim().split("\n").slice(1);
      expect(rows.map((line) => Number(line.split(",").at(-1)))).toEqual(
        served.map(({ prediction }) => prediction),
      );
      const example = (await post("/api/predictions", "example_regression1.json")) as object[];
      expect(example.map(Object.keys)).toEqual([["prediction"]]);
    });
  });
});
