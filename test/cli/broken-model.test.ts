import { afterAll, expect, test } from "bun:test";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCard } from "../../core/model/model-card.ts";
import { copyOf, type TestProject, trainedProject } from "../support/project.ts";

const trained = await trainedProject();
afterAll(() => trained[Symbol.dispose]());

const retrain = "Train the model again with mlt train, or put the folder back as it was written.";

function editCard({ path }: TestProject, change: (card: ModelCard) => unknown): void {
  const file = join(path, "model_bin/model.json");
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
}

const inBin = (project: TestProject, name: string) => join(project.path, "model_bin", name);

const without = (name: string) => (card: ModelCard) => ({
  ...card,
  sha256: Object.fromEntries(Object.entries(card.sha256).filter(([file]) => file !== name)),
});

const goldenWith = (change: object) => (card: ModelCard) => ({
  ...card,
  golden: card.golden.map((golden) => ({ ...golden, ...change })),
});

const cases: readonly [
  name: string,
  damage: (project: TestProject) => void,
  error: string | RegExp,
  hint?: string,
][] = [
  [
    "whose graph is cut off",
    (project) => truncateSync(inBin(project, "model.onnx"), 700),
    `The model's file "BIN/model.onnx" was changed after training: its hash is another`,
  ],
  [
    "whose graph is another of the same length",
    (project) => {
      const bytes = readFileSync(inBin(project, "model.onnx"));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(inBin(project, "model.onnx"), bytes);
    },
    `The model's file "BIN/model.onnx" was changed after training: its hash is another`,
  ],
  [
    "whose report was edited",
    (project) => writeFileSync(inBin(project, "report.html"), "better"),
    `The model's file "BIN/report.html" was changed after training: its hash is another`,
  ],
  [
    "without its graph",
    (project) => rmSync(inBin(project, "model.onnx")),
    `The model's file "BIN/model.onnx" is missing`,
  ],
  [
    "whose card names no graph",
    (project) => editCard(project, without("model.onnx")),
    '"BIN/model.json" names no model.onnx',
  ],
  [
    "whose card names a file outside of the folder",
    (project) => editCard(project, (card) => ({ ...card, sha256: { ...card.sha256, "../x": "0" } })),
    '"BIN/model.json" is no model card: /sha256/..~1x is not as it was written',
  ],
  [
    "whose card is cut off",
    (project) => truncateSync(inBin(project, "model.json"), 700),
    '"BIN/model.json" is cut off or is not JSON',
  ],
  [
    "whose card is empty",
    (project) => writeFileSync(inBin(project, "model.json"), ""),
    '"BIN/model.json" is cut off or is not JSON',
  ],
  [
    "of another schema version",
    (project) => editCard(project, (card) => ({ ...card, schema_version: 2 })),
    '"BIN/model.json" has schema version 2, and this mlt reads 1',
    "Train the model again with this version of mlt.",
  ],
  [
    "that answers a golden request with another class",
    (project) => editCard(project, goldenWith({ class_name: "rose" })),
    "The model does not answer its golden request 1 as it did when it was trained",
  ],
  [
    "that answers a golden request with other probabilities",
    (project) => editCard(project, goldenWith({ probabilities: [0.5, 0.3, 0.2] })),
    "The model does not answer its golden request 1 as it did when it was trained",
  ],
  [
    "without golden requests",
    (project) => editCard(project, (card) => ({ ...card, golden: [] })),
    '"BIN/model.json" is no model card: /golden is not as it was written',
  ],
  [
    "whose classes were put in another order",
    (project) => editCard(project, (card) => ({ ...card, classes: card.classes.toReversed() })),
    "The classes in model.json are not those of the model, in the order of its probabilities",
  ],
  [
    "whose features were renamed",
    (project) =>
      editCard(project, (card) => ({
        ...card,
        features: card.features.map((feature) => ({ ...feature, name: `${feature.name}_cm` })),
      })),
    /^The model cannot answer its golden requests: .*sepal_length/,
  ],
  [
    "that is not there",
    (project) => rmSync(inBin(project, ""), { recursive: true }),
    'There is no model in "BIN"',
    "Train one with mlt train.",
  ],
  [
    "whose card is not there",
    (project) => rmSync(inBin(project, "model.json")),
    'There is no model in "BIN"',
    "Train one with mlt train.",
  ],
];

for (const [name, damage, error, hint = retrain] of cases) {
  test(`mlt serve refuses a model ${name}, and is never ready`, async () => {
    using project = copyOf(trained);
    damage(project);
    const { exitCode, stdout, stderr } = await project.mlt(["serve", "--port", "0"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    const [, told = "", advice = ""] =
      /^error: (.*)\nhint: (.*)\n$/s.exec(stderr.replaceAll(inBin(project, "").replace(/\/$/, ""), "BIN")) ??
      [];
    if (typeof error === "string") expect(told).toBe(error);
    else expect(told).toMatch(error);
    expect(advice).toBe(hint);
  });
}

test("mlt doctor, predict and test refuse a damaged model too", async () => {
  using project = copyOf(trained);
  truncateSync(inBin(project, "model.onnx"), 700);
  const predicted = await project.mlt(["predict", "tests/prediction/batch.csv"]);
  expect({ exitCode: predicted.exitCode, stdout: predicted.stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect((await project.mlt(["test"])).exitCode).toBe(3);
  const { exitCode, stdout } = await project.mlt(["doctor", "--json"]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toContainEqual({
    state: "problem",
    subject: "model",
    detail: `The model's file "${inBin(project, "model.onnx")}" was changed after training: its hash is another`,
    hint: retrain,
  });
});

test("mlt train replaces a damaged model", async () => {
  using project = copyOf(trained);
  truncateSync(inBin(project, "model.json"), 700);
  expect((await project.mlt(["train"])).exitCode).toBe(0);
  expect((await project.mlt(["doctor"])).exitCode).toBe(0);
});
