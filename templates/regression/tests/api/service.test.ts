import { afterAll, expect, test } from "bun:test";
import { openService } from "mlt/testing";
import batch from "../prediction/batch_request.json";
import example from "../prediction/example_regression1.json";

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

test("POST /api/predictions answers one number a row", async () => {
  const response = await post("/api/predictions", batch);
  expect(response.status).toBe(200);
  const answers = (await response.json()) as { prediction: number }[];
  expect(answers).toHaveLength(batch.length);
  for (const { prediction } of answers) expect(prediction).toBeFinite();
});

test("POST /api/predictions refuses a row that lacks a feature", async () => {
  expect((await post("/api/predictions", [{}])).status).toBe(422);
});

// Example
test("POST /api/predictions estimates a plausible weight", async () => {
  const response = await post("/api/predictions", example);
  // Between the lightest and the heaviest penguin of the data.
  const answers = (await response.json()) as { prediction: number }[];
  expect(answers[0]?.prediction).toBeWithin(2_700, 6_300);
});

test("POST /api/predictions refuses a species that features.yaml does not list", async () => {
  const response = await post("/api/predictions", [{ ...example[0], species: "Emperor" }]);
  expect(response.status).toBe(422);
});
// End Example
