import { expect, test } from "bun:test";
import type { Columns } from "../../../core/features/columns.ts";
import type { Predictor } from "../../../core/model/predictor.ts";
import { constantPredictor } from "../../support/every-type-model.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";
import { heldPredictor } from "../../support/held-predictor.ts";
import { goodRow, testService } from "../../support/test-service.ts";

/** The model that says one class of every row, and that nobody may ask once it is closed. */
function modelOf(className: string) {
  const card = { ...fixedCard, id: `id-of-${className}`, classes: ["setosa", "versicolor", "virginica"] };
  const model = constantPredictor(
    card,
    card.classes.map((name) => Number(name === className)),
  );
  let isClosed = false;
  const predictor: Predictor = {
    ...model,
    score: async (columns: Columns) => {
      // The answer comes in a later turn, so that models change between question and answer.
      await new Promise((done) => setImmediate(done));
      if (isClosed) throw new Error("The model was asked after it was closed");
      return model.score(columns);
    },
    close: async () => {
      isClosed = true;
    },
  };
  return predictor;
}

test("replace() under load fails no request, and every answer is of the model that its headers name", async () => {
  const service = testService({ predictor: modelOf("setosa") });
  const answers = new Map<string, number>();
  let isLoaded = true;
  const client = async () => {
    while (isLoaded) {
      const response = await service.post("/api/predictions", [goodRow, goodRow]);
      const said = `${response.status} ${response.headers.get("x-model-id")} ${await response.text()}`;
      answers.set(said, (answers.get(said) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 20 }, client);
  let open = modelOf("setosa");
  await service.replace(open);
  for (let index = 0; index < 60; index++) {
    const next = modelOf(["versicolor", "virginica", "setosa"][index % 3] ?? "");
    await service.replace(next);
    await open.close();
    open = next;
  }
  isLoaded = false;
  await Promise.all(clients);
  expect([...answers.keys()].sort()).toEqual(
    ["setosa", "versicolor", "virginica"].map(
      (name) => `200 id-of-${name} [{"class_name":"${name}"},{"class_name":"${name}"}]`,
    ),
  );
  expect(service.inProgress()).toBe(0);
});

test("replace() resolves when the last request of the model before is answered, however many come to the next", async () => {
  const { predictor, begun, release } = heldPredictor();
  const service = testService({ predictor });
  const old = service.post("/api/predictions", [goodRow]);
  await begun;
  let isFree = false;
  const replaced = service.replace(modelOf("virginica")).then(() => {
    isFree = true;
  });
  for (let index = 0; index < 5; index++) {
    const response = await service.post("/api/predictions", [goodRow]);
    expect(response.headers.get("x-model-id")).toBe("id-of-virginica");
    expect(await response.json()).toEqual([{ class_name: "virginica" }]);
  }
  expect(isFree).toBe(false);
  release();
  expect((await old).headers.get("x-model-id")).toBe(fixedCard.id);
  await replaced;
});

test("replace() resolves at once where no request is in progress, also twice in a row", async () => {
  const service = testService();
  await Promise.all([service.replace(modelOf("setosa")), service.replace(modelOf("virginica"))]);
  expect(await (await service.post("/api/predictions", [goodRow])).json()).toEqual([
    { class_name: "virginica" },
  ]);
});

test("replace() changes what the service says of its model, and keeps what it counted", async () => {
  const service = testService();
  await service.post("/api/predictions", [goodRow]);
  await service.replace(modelOf("virginica"));
  expect(await (await service.get("/api/model")).json()).toMatchObject({ id: "id-of-virginica" });
  const text = await (await service.get("/metrics")).text();
  expect(text.match(/^mlt_model_info.*$/gm)).toEqual([
    'mlt_model_info{id="id-of-virginica",name="iris",version="1.2.0"} 1',
  ]);
  expect(text).toContain('mlt_prediction_total{class_name="setosa"} 1\n');
});
