import { expect, test } from "bun:test";
import type { ModelCard } from "../../../core/model/model-card.ts";
import { combineMetrics } from "../../../core/service/metrics-text.ts";
import { fixedCard, fixedSoftmaxPredictor } from "../../support/fixed-softmax-predictor.ts";
import { goodRow, type TestService, testLimits, testService } from "../../support/test-service.ts";

/** Trained on as many small petals as large ones; the model calls small ones setosas and large ones virginicas. */
const card: ModelCard = {
  ...fixedCard,
  baseline: {
    features: {
      petal_length: { kind: "number", edges: [1, 3, 7], counts: [50, 50], missing: 0 },
      sepal_width: { kind: "number", edges: [1, 3, 4], counts: [50, 50], missing: 0 },
    },
    prediction: { kind: "category", counts: { setosa: 50, virginica: 50 }, missing: 0 },
  },
};
const small = { ...goodRow, petal_length: 1.4 };
const large = { ...goodRow, petal_length: 6, sepal_width: 2 };
const service = (options: Parameters<typeof testService>[0] = {}) =>
  testService({
    predictor: fixedSoftmaxPredictor(card),
    limits: { ...testLimits, maxRows: 1000, maxBodyBytes: 1e6, maxQueueRows: 1000 },
    ...options,
  });
const ask = async (asked: TestService, smalls: number, larges: number) => {
  const rows = [
    ...Array.from({ length: smalls }, () => small),
    ...Array.from({ length: larges }, () => large),
  ];
  expect((await asked.post("/api/predictions", rows)).status).toBe(200);
};
const drift = async (asked: TestService) => {
  const lines = (await (await asked.get("/metrics")).text()).split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", value] = /^(mlt_\w*(?:psi|drift)\w*(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return name === "" ? [] : [[name, Number(value)]];
    }),
  );
};

test("GET /metrics tells how far features and predictions have moved", async () => {
  const asked = service();
  await ask(asked, 50, 50);
  expect(await drift(asked)).toEqual({
    'mlt_feature_psi{feature="petal_length"}': 0,
    'mlt_feature_psi{feature="sepal_width"}': 0,
    mlt_prediction_psi: 0,
    mlt_drift_rows: 100,
  });
  // 250 of 300 are large: (1/6 − 1/2) ln(1/3) + (5/6 − 1/2) ln(5/3) = 0.366204 + 0.170275
  await ask(asked, 0, 200);
  expect(await drift(asked)).toEqual({
    'mlt_feature_psi{feature="petal_length"}': expect.closeTo(0.536479, 6),
    'mlt_feature_psi{feature="sepal_width"}': expect.closeTo(0.536479, 6),
    mlt_prediction_psi: expect.closeTo(0.536479, 6),
    mlt_drift_rows: 300,
  });
});

test("GET /metrics does not tell the drift of few rows", async () => {
  const asked = service();
  await ask(asked, 99, 0);
  expect(await drift(asked)).toEqual({
    'mlt_feature_psi{feature="petal_length"}': Number.NaN,
    'mlt_feature_psi{feature="sepal_width"}': Number.NaN,
    mlt_prediction_psi: Number.NaN,
    mlt_drift_rows: 99,
  });
});

test("the drift begins anew with another model", async () => {
  const asked = service();
  await ask(asked, 200, 0);
  await asked.replace(fixedSoftmaxPredictor({ ...card, id: "another" }));
  expect(await drift(asked)).toMatchObject({ mlt_prediction_psi: Number.NaN, mlt_drift_rows: 0 });
  await ask(asked, 50, 50);
  expect(await drift(asked)).toMatchObject({ mlt_prediction_psi: 0, mlt_drift_rows: 100 });
});

test("the drift of several processes is that of all rows, of those with the same model", async () => {
  const other = service();
  const another = service({ predictor: fixedSoftmaxPredictor({ ...card, id: "another" }) });
  const asked: TestService = service({
    gatherMetrics: async () => combineMetrics([asked.metrics(), another.metrics(), other.metrics()]),
  });
  // Each by itself has moved a lot; together they are what the training was.
  await ask(asked, 100, 0);
  await ask(other, 0, 100);
  await ask(another, 0, 500);
  expect(await drift(asked)).toEqual({
    'mlt_feature_psi{feature="petal_length"}': 0,
    'mlt_feature_psi{feature="sepal_width"}': 0,
    mlt_prediction_psi: 0,
    mlt_drift_rows: 200,
  });
});

test("a model whose card describes its predictions as something else answers all the same", async () => {
  const prediction = { kind: "number", edges: [0, 1], counts: [5], missing: 0 } as const;
  const odd = { ...card, baseline: { ...card.baseline, prediction } };
  const asked = service({ predictor: fixedSoftmaxPredictor(odd) });
  await ask(asked, 100, 100);
  expect(await drift(asked)).toMatchObject({ mlt_prediction_psi: Number.NaN });
});
