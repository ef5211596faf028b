import { expect, test } from "bun:test";
import { clientChange, modelChange, modelName } from "../../../cli/project/model-change.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";

const next: ModelCard = {
  ...fixedCard,
  id: "5e6f7a8b-6d0e-4f5c-9a51-0c8ac2f5f9b7",
  metrics: { train: { accuracy: 1 }, test: { accuracy: 0.93333333, log_loss: 0.1 } },
};

test("modelName() says name, version and the begin of the id", () => {
  expect(modelName(fixedCard)).toBe("iris 1.2.0 3d6f0a52");
});

test("modelChange() says both ids and the first score of the held-out rows", () => {
  expect(modelChange(fixedCard, next)).toBe("Model 3d6f0a52 → 5e6f7a8b (accuracy 0.97 → 0.9333)");
});

test("modelChange() says a name and a version that are others", () => {
  expect(modelChange(fixedCard, { ...next, name: "flowers", version: "2.0.0" })).toBe(
    "Model 3d6f0a52 → 5e6f7a8b (name iris → flowers, version 1.2.0 → 2.0.0, accuracy 0.97 → 0.9333)",
  );
});

test("modelChange() says only the new score where the old model has no such score", () => {
  const regression = { ...next, metrics: { train: {}, test: { rmse: 12.3456 } } };
  expect(modelChange(fixedCard, regression)).toBe("Model 3d6f0a52 → 5e6f7a8b (rmse 12.35)");
});

test("clientChange() says nothing where requests and answers stay of the same kind", () => {
  expect(clientChange(fixedCard, next)).toBeUndefined();
  const features = fixedCard.features.map((feature) => ({ ...feature, description: "in centimetres" }));
  expect(clientChange(fixedCard, { ...next, features: features.toReversed() })).toBeUndefined();
});

test("clientChange() names features and classes that were added, removed or changed", () => {
  const [length, width, petal] = fixedCard.features;
  if (length === undefined || width === undefined || petal === undefined) throw new RangeError("no features");
  const features = [length, { ...width, nullable: true }, petal, { ...petal, name: "petal_area" }];
  expect(clientChange(fixedCard, { ...next, features, classes: ["setosa", "versicolor", "rose"] })).toBe(
    "feature petal_area added, feature petal_width removed, feature sepal_width changed, " +
      "class rose added, class virginica removed",
  );
});

test("clientChange() says another task and another id field", () => {
  const { id_name: _, ...rest } = next;
  expect(clientChange(fixedCard, { ...rest, task: "regression" })).toBe(
    "task classification → regression, id field ID → none",
  );
});
