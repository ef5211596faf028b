import { expect, test } from "bun:test";
import {
  doublingPredictor,
  fixedCard,
  fixedSoftmaxPredictor,
} from "../../support/fixed-softmax-predictor.ts";
import { testService } from "../../support/test-service.ts";

const next = fixedSoftmaxPredictor({ ...fixedCard, id: "next", version: "2.0.0" });

test("replace() lets the next request be answered by the other model, in every route", async () => {
  const service = testService();
  const replaced = service.replace(doublingPredictor());
  const response = await service.post("/api/predictions", [{ x: 2 }]);
  expect(await response.json()).toEqual([{ prediction: 4 }]);
  expect(await (await service.get("/api/model")).json()).toMatchObject({ name: "doubling" });
  expect((await service.get("/v2/models/doubling")).status).toBe(200);
  expect((await service.get("/v2/models/iris")).status).toBe(404);
  expect((await service.get("/readyz")).status).toBe(200);
  const metrics = await (await service.get("/metrics")).text();
  expect(metrics).toContain('mlt_model_info{id="3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",name="doubling"');
  expect(metrics.match(/^mlt_model_info\{/gm)).toHaveLength(1);
  await replaced;
});

test("mlt_model_reload_total counts models that answer and models that were refused", async () => {
  const service = testService();
  const reloads = async () =>
    (await (await service.get("/metrics")).text()).match(/^mlt_model_reload_total.*$/gm);
  expect(await reloads()).toEqual([
    'mlt_model_reload_total{result="ok"} 0',
    'mlt_model_reload_total{result="refused"} 0',
  ]);
  await service.replace(next);
  service.refuseModel();
  service.refuseModel();
  expect(await reloads()).toEqual([
    'mlt_model_reload_total{result="ok"} 1',
    'mlt_model_reload_total{result="refused"} 2',
  ]);
});
