import { expect, test } from "bun:test";
import { type Classifier, DummyClassifier, type Features } from "mlt";
import { DataLoader } from "../../source/data/data_loader.ts";
import { getClasses, Preprocessor, trainModel } from "../../source/model/train.ts";

// Four fifths to learn from, one fifth that the model has never seen.
const preprocessor = new Preprocessor();
const data = await new DataLoader().loadData();
const nTrain = Math.floor(data.height * 0.8);
const { X: trainX, y: trainY } = preprocessor.splitXy(data.head(nTrain));
const { X: testX, y: testY } = preprocessor.splitXy(data.slice(nTrain, data.height - nTrain));
preprocessor.fitX(trainX);
preprocessor.fitY(trainY);
const X = preprocessor.processX(trainX);
const y = preprocessor.processY(trainY);
const unseenX = preprocessor.processX(testX);
const model = trainModel(X, y);

/** The share of the unseen rows whose class is predicted rightly. */
function accuracy(classifier: Classifier, rows: Features): number {
  const truth = preprocessor.processY(testY).toArray().map(String);
  const right = classifier.predict(rows).filter((label, row) => label === truth[row]);
  return right.length / truth.length;
}

test("trainModel() beats always guessing the most frequent class", () => {
  const guess = new DummyClassifier({ strategy: "most_frequent" }).fit(X, y);
  expect(accuracy(model, unseenX)).toBeGreaterThan(accuracy(guess, unseenX));
});

test("trainModel() gives probabilities that sum to 1", () => {
  const k = getClasses(model).length;
  const probabilities = model.predictProba(unseenX).subarray(0, k);
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
});

// Example
test("getClasses() names the three species", () => {
  expect(getClasses(model)).toEqual(["setosa", "versicolor", "virginica"]);
});
// End Example
