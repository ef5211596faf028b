import { afterAll, expect, test } from "bun:test";
import { openService } from "mlt/testing";
import batch from "../prediction/batch_request.json";
import example from "../prediction/example_classification1.json";

// The service of this project, with the model in model_bin: the same answers as from `mlt serve`, without a port.
const service = await openService();
afterAll(() => service.close());

function post(path: string, rows: unknown): Promise<Response> {
  return service.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(rows),
  });
}

test("GET /readyz says that the model is loaded", async () => {
  expect((await service.fetch("/readyz")).status).toBe(200);
});

test("POST /api/predictions answers one class a row", async () => {
  const response = await post("/api/predictions", batch);
  expect(response.status).toBe(200);
  expect(await response.json()).toHaveLength(batch.length);
});

test("POST /api/proba_predictions answers probabilities that sum to 1", async () => {
  const response = await post("/api/proba_predictions", example);
  expect(response.status).toBe(200);
  const answers = (await response.json()) as { class_names: string[]; probabilities: number[] }[];
  expect(answers).toHaveLength(example.length);
  for (const { class_names, probabilities } of answers) {
    expect(probabilities).toHaveLength(class_names.length);
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  }
});

test("POST /api/predictions refuses a row that lacks a feature", async () => {
  expect((await post("/api/predictions", [{}])).status).toBe(422);
});

// Example
test("POST /api/predictions knows a setosa", async () => {
  const response = await post("/api/predictions", example);
  expect(await response.json()).toEqual([{ class_name: "setosa" }]);
});
// End Example
