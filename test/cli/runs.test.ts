import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newProject, type TestProject } from "../support/project.ts";

const fit = "new LogisticRegression({ C: 1 })";

async function runsOf(project: TestProject) {
  const { stdout } = await project.mlt(["runs", "--json"]);
  return JSON.parse(stdout);
}

test("mlt runs lists every training, also one that was refused and one that failed", async () => {
  using project = await newProject();
  expect((await project.mlt(["runs"])).stdout).toBe(
    "Nothing was trained yet: mlt train keeps its runs in .mlt/runs.\n",
  );
  expect((await project.mlt(["runs", "--json"])).stdout).toBe("[]\n");
  expect(project.read(".gitignore")).toContain(".mlt/\n");

  await project.mlt(["train", "--seed", "7", "--folds", "3"]);
  const { id, version } = JSON.parse(project.read("model_bin/model.json"));
  await project.mlt(["train", "--min-metric", "accuracy=0.999"]);
  project.edit("source/model/train.ts", fit, "new LogisticRegression({ C: -1 })");
  await project.mlt(["train"]);

  const [failed, refused, first] = await runsOf(project);
  expect(first).toMatchObject({
    ...{ id, version, outcome: "in place", seed: 7, data_changed: false, rows: { train: 120, test: 30 } },
    estimator: { name: "LogisticRegression", params: { C: 1, penalty: "l2" } },
    settings: { test_size: 0.2, folds: 3 },
  });
  expect(Object.keys(first.cross_validation)).toContain("accuracy");
  expect(first.intervals.log_loss.low).toBeLessThan(first.metrics.test.log_loss);
  expect(first.steps.map(({ title }: { title: string }) => title)).toEqual([
    ...["Load data", "Check and split", "Fold 1 of 3", "Fold 2 of 3", "Fold 3 of 3", "Preprocess", "Fit"],
    ...["Export", "Verify", "Evaluate", "Write"],
  ]);
  expect(refused).toMatchObject({
    outcome: "refused",
    reason: expect.stringMatching(/^The new model is not good enough: accuracy 0\.\d+ is under 0\.999$/),
    settings: { "min-metric": "accuracy=0.999" },
    data_sha256: first.data_sha256,
  });
  expect(refused.metrics.test.accuracy).toBeGreaterThan(0.9);
  expect(failed.outcome).toBe("failed");
  expect(failed.reason).toContain('LogisticRegression cannot take -1 as its option "C"');
  expect(failed.metrics).toBeUndefined();

  const { stdout } = await project.mlt(["runs"]);
  expect(stdout.split("\n")[0]).toMatch(/^run +time +outcome +score +estimator +data +commit$/);
  expect(stdout).toMatch(
    new RegExp(`^${first.id.slice(0, 8)} .* in place +accuracy .* LogisticRegression`, "m"),
  );
});

test("mlt runs show and compare take the first letters of ids, and mark what differs", async () => {
  using project = await newProject();
  await project.mlt(["train"]);
  project.edit("source/model/train.ts", fit, 'new LogisticRegression({ C: 0.01, penalty: "l1" })');
  project.edit(
    "source/data/data_loader.ts",
    "return nRows === undefined ? data : data.head(nRows);",
    "return data.head(140);",
  );
  await project.mlt(["train"]);
  const [second, first] = await runsOf(project);
  expect([second.data_changed, first.data_changed]).toEqual([true, false]);

  const shown = await project.mlt(["runs", "show", second.id.slice(0, 8)]);
  expect(shown.stdout).toStartWith(`id `);
  expect(shown.stdout).toMatch(/^penalty +l1$/m);
  expect(shown.stdout).toMatch(/^accuracy +0\.\d+ +0\.\d+/m);
  const json = await project.mlt(["runs", "show", second.id, "--json"]);
  expect(JSON.parse(json.stdout).id).toBe(second.id);

  const compared = await project.mlt(["runs", "compare", first.id.slice(0, 8), second.id.slice(0, 8)]);
  expect(compared.stdout).toMatch(/^\* +C +1 +0\.01$/m);
  expect(compared.stdout).toMatch(/^ +maxIter +100 +100$/m);
  expect(compared.stdout).toMatch(/^\* +log_loss +0\.\d+ +[01]\.\d+ +\+\d\.\d+$/m);
  const differences = await project.mlt(["runs", "compare", first.id, second.id, "--json"]);
  expect(JSON.parse(differences.stdout).differences).toContainEqual({
    ...{ part: "parameters", name: "penalty", a: "l2", b: "l1", differs: true },
  });

  const sorted = await project.mlt(["runs", "--sort", "log_loss", "--limit", "1", "--json"]);
  expect(JSON.parse(sorted.stdout).map(({ id }: { id: string }) => id)).toEqual([first.id]);
});

test("mlt runs names a damaged file and goes on, and knows no run that is not there", async () => {
  using project = await newProject();
  await project.mlt(["train"]);
  const damaged = join(project.path, ".mlt/runs/20990101T000000000Z-0.json");
  writeFileSync(damaged, "{");
  const { exitCode, stdout, stderr } = await project.mlt(["runs"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: `warning: "${damaged}" is damaged: it is left out\n`,
  });
  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  const unknown = await project.mlt(["runs", "show", "zzzz"]);
  expect(unknown.exitCode).toBe(3);
  expect(unknown.stderr).toEndWith('error: There is no run "zzzz"\nhint: Run mlt runs to list them.\n');
});

test("mlt train at the same time twice keeps both runs", async () => {
  using project = await newProject();
  await Promise.all([project.mlt(["train"]), project.mlt(["train", "--seed", "1"])]);
  const seeds = (await runsOf(project)).map(({ seed }: { seed: number }) => seed);
  expect(seeds.toSorted((a: number, b: number) => a - b)).toEqual([1, 42]);
});

test("mlt train puts the model in place where its run cannot be kept, and says so", async () => {
  using project = await newProject();
  // No folder can be made where a file is.
  await project.write({ ".mlt/runs": "" });
  const { exitCode, stderr } = await project.mlt(["train"]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^warning: The run is not in \.mlt\/runs: /m);
  expect(readdirSync(join(project.path, "model_bin"))).toContain("model.json");
});
