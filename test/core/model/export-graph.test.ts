import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { LinearRegression } from "../../../core/learn/linear/linear-regression.ts";
import { LogisticRegression } from "../../../core/learn/linear/logistic-regression.ts";
import { Matrix } from "../../../core/learn/matrix.ts";
import { StandardScaler } from "../../../core/learn/preprocessing/standard-scaler.ts";
import { exportGraph } from "../../../core/model/export-graph.ts";
import { failure } from "../../support/failure.ts";
import { runOnnx } from "../../support/run-onnx.ts";

const x = [0, 1, 2, 3];
const traced = (name: string) => new StandardScaler().fitTransform(pl.DataFrame({ [name]: x }));
const number = (name: string): Feature => ({ name, type: "number", nullable: false });
const classifier = (matrix: Matrix) => new LogisticRegression().fit(matrix, ["low", "low", "high", "high"]);
/** y = 2 x + 1, whatever scale x comes in. */
const regressor = (matrix: Matrix) => new LinearRegression().fit(matrix, [1, 3, 5, 7]);

describe("exportGraph()", () => {
  test("takes raw features and gives a label and probabilities of each row", async () => {
    const matrix = traced("x");
    const model = classifier(matrix);
    const onnx = exportGraph(model, matrix, [number("x")], "levels");
    const outputs = await runOnnx(onnx, 4, { x: Float32Array.from(x) });
    expect([...outputs.keys()]).toEqual(["label", "probabilities"]);
    expect(outputs.get("label")).toEqual(["low", "low", "high", "high"]);
    expect(Array.from(outputs.get("probabilities") ?? [], Number)).toEqual(
      Array.from(model.predictProba(matrix), (probability) => expect.closeTo(probability, 6)),
    );
  });

  test("takes raw features and gives a prediction of each row", async () => {
    const matrix = traced("x");
    const onnx = exportGraph(regressor(matrix), matrix, [number("x")], "line");
    const outputs = await runOnnx(onnx, 2, { x: Float32Array.of(10, -1) });
    expect([...outputs.keys()]).toEqual(["prediction"]);
    expect(Array.from(outputs.get("prediction") ?? [], Number)).toEqual([
      expect.closeTo(21, 4),
      expect.closeTo(-1, 4),
    ]);
  });

  test("takes every feature, those too that processX leaves out", async () => {
    const matrix = traced("x");
    const features: Feature[] = [number("x"), { name: "note", type: "string", nullable: true }];
    const onnx = exportGraph(regressor(matrix), matrix, features, "line");
    const outputs = await runOnnx(onnx, 1, { x: Float32Array.of(0), note: ["unused"] });
    expect(Number(outputs.get("prediction")?.[0])).toBeCloseTo(1, 5);
  });

  test("takes processed rows where the project's own code made them", async () => {
    const matrix = new Matrix(["a", "b"], Float64Array.of(0, 0, 1, 0, 2, 1, 3, 1));
    const onnx = exportGraph(regressor(matrix), matrix, [number("x")], "line");
    const outputs = await runOnnx(onnx, 2, { processed: Float32Array.of(0, 0, 3, 1) });
    expect(Array.from(outputs.get("prediction") ?? [], Number)).toEqual([
      expect.closeTo(1, 4),
      expect.closeTo(7, 4),
    ]);
  });

  test("is the same graph for the same model", () => {
    const matrix = traced("x");
    const onnx = () => exportGraph(classifier(matrix), matrix, [number("x")], "levels");
    expect(onnx()).toEqual(onnx());
  });

  test.each(["label", "probabilities"])("refuses a classifier's feature called %s", async (name) => {
    const matrix = traced(name);
    const error = await failure(() => exportGraph(classifier(matrix), matrix, [number(name)], "levels"));
    expect(error.message).toBe(`A feature is called "${name}", the name of an output of the model`);
    expect(error.hint).toBe(`Rename the column "${name}" in the data loader and in features.yaml.`);
  });

  test("refuses a regressor's feature called prediction, and takes one called label", async () => {
    const matrix = traced("prediction");
    await failure(() => exportGraph(regressor(matrix), matrix, [number("prediction")], "line"));
    const named = traced("label");
    const onnx = exportGraph(regressor(named), named, [number("label")], "line");
    const outputs = await runOnnx(onnx, 1, { label: Float32Array.of(0) });
    expect(Number(outputs.get("prediction")?.[0])).toBeCloseTo(1, 5);
  });
});
