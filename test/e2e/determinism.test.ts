import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCard } from "../../core/model/model-card.ts";
import { copyOf, newProject, succeeded, type TestProject } from "../support/project.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

const projects = new Map<string, TestProject>();
for (const template of ["iris", "regression"]) projects.set(template, await newProject(template));
afterAll(() => {
  for (const project of projects.values()) project[Symbol.dispose]();
});

/** The three files of a training in a folder of its own, id and creation time apart. */
async function train(template: string, ...args: readonly string[]) {
  const original = projects.get(template);
  if (original === undefined) throw new RangeError(`There is no template "${template}"`);
  using project = copyOf(original);
  succeeded(await project.mlt(["train", ...args]));
  const onnx = readFileSync(join(project.path, "model_bin/model.onnx"), "hex");
  const card: ModelCard = JSON.parse(project.read("model_bin/model.json"));
  const { id, creation_time, sha256, ...rest } = card;
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Date(creation_time).toISOString()).toBe(creation_time);
  const report = project
    .read("model_bin/report.html")
    .replaceAll(id, "ID")
    .replaceAll(/\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC/g, "TIME");
  expect(report).toContain("Trained TIME.");
  // The report holds both, and so its hash differs.
  return { onnx, report, card: { ...rest, sha256: { ...sha256, "report.html": "" } } };
}

for (const template of projects.keys()) {
  test(`mlt train gives the same bytes for the same seed (${template})`, async () => {
    const [first, second] = [await train(template), await train(template)];
    expect(second.onnx).toBe(first.onnx);
    expect(second.card).toEqual(first.card);
    expect(second.report).toBe(first.report);
  });

  test(`mlt train gives another model for another seed (${template})`, async () => {
    const [first, second] = [await train(template, "--seed", "1"), await train(template, "--seed", "2")];
    expect(second.onnx).not.toBe(first.onnx);
    expect([first.card.seed, second.card.seed]).toEqual([1, 2]);
    expect(second.card.data_sha256).toBe(first.card.data_sha256);
  });
}
