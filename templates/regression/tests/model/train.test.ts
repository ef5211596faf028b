import { expect, test } from "bun:test";
import { DummyRegressor, type Features, type Regressor } from "mlt";
import pl from "nodejs-polars";
import { DataLoader } from "../../source/data/data_loader.ts";
import { Preprocessor, trainModel } from "../../source/model/train.ts";

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

/** How far the predictions of the unseen rows are off, on average. */
function meanAbsoluteError(regressor: Regressor, rows: Features): number {
  const truth = preprocessor.processY(testY).toArray().map(Number);
  const predictions = regressor.predict(rows);
  return truth.reduce((sum, value, row) => sum + Math.abs(value - (predictions[row] ?? 0)), 0) / truth.length;
}

test("trainModel() is at least twice as close as always guessing the mean", () => {
  const guess = new DummyRegressor({ strategy: "mean" }).fit(X, y);
  expect(meanAbsoluteError(model, unseenX)).toBeLessThan(meanAbsoluteError(guess, unseenX) / 2);
});

// Example
test("trainModel() estimates within 300 g on average", () => {
  expect(meanAbsoluteError(model, unseenX)).toBeLessThan(300);
});

test("processX() fills in what was not measured", () => {
  const unmeasured = testX.withColumns(pl.lit(null).cast(pl.Float64).alias("bill_length_mm"));
  expect(preprocessor.processX(unmeasured).data).not.toContain(Number.NaN);
});
// End Example
