import { expect, test } from "bun:test";
import { evaluateLog, evaluateRows } from "../../../../core/evaluation/evaluate-live.ts";
import { LiveLogReader } from "../../../../core/evaluation/live-log.ts";
import { evaluationOf } from "../../../../core/model/evaluate.ts";
import type { ModelCard } from "../../../../core/model/model-card.ts";
import { driftCounter } from "../../../../core/prediction-log/drift/drift-counter.ts";
import { driftTable } from "../../../../core/prediction-log/drift/drift-table.ts";
import type { EvaluationData } from "../../../../core/report/evaluation/evaluation-data.ts";
import { renderEvaluation } from "../../../../core/report/evaluation/render-evaluation.ts";
import { fixedCard } from "../../../support/fixed-softmax-predictor.ts";
import { unclosed } from "../../../support/unclosed.ts";

const evil = `<script>alert("1")</script>`;
const hour = 3_600_000;
const start = Date.parse("2026-11-20T00:00:00Z");

/** A prediction an hour, of the classes in turn; every fifth is wrong. Truths are known of the first `known`. */
function logged(nRows: number, known: number, card: ModelCard = fixedCard): EvaluationData {
  const reader = new LiveLogReader({ card, hashed: new Set(), untilMs: Number.POSITIVE_INFINITY });
  const { classes } = card;
  for (let row = 0; row < nRows; row++) {
    const timeMs = start + row * hour;
    const answer = card.task === "regression" ? row : (classes[row % classes.length] ?? "");
    const truth = row % 5 === 0 ? (classes[0] ?? row + 1) : answer;
    reader.addRecord({
      event: "predict",
      timeMs,
      key: "",
      fields: {
        request_id: `r-${row}`,
        row: 0,
        model_id: card.id,
        prediction: answer,
        features: { petal_width: row },
      },
    });
    if (row < known) reader.addTruth({ requestId: `r-${row}`, row: 0, truth, timeMs });
  }
  const result = evaluateLog(card, reader.finish(), "UTC");
  return { card, result, source: "the prediction log", time: "2026-11-29T10:00:00.000Z", timeZone: "UTC" };
}

const widths = { kind: "number", edges: [0, 1, 2, 100], counts: [1000, 1000, 1000], missing: 0 } as const;
const withBaseline: ModelCard = {
  ...fixedCard,
  baseline: { ...fixedCard.baseline, features: { petal_width: widths } },
};
const regressor: ModelCard = {
  ...withBaseline,
  task: "regression",
  classes: [],
  metrics: { train: {}, test: { mae: 0.5, r2: 0.9 } },
  baseline: { features: {}, prediction: widths },
};

function ofFile(): EvaluationData {
  const scores = Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.5, 0.3);
  const counter = driftCounter(fixedCard);
  counter.addPredictions(["setosa", "versicolor"]);
  const predictions = {
    task: "classification",
    labels: ["setosa", "versicolor"],
    probabilities: scores,
  } as const;
  const evaluation = evaluationOf(predictions, ["setosa", "virginica"], fixedCard.classes);
  const result = evaluateRows(fixedCard, evaluation, driftTable(fixedCard, counter.counts()));
  return { card: fixedCard, result, source: "new.csv", time: "2026-11-29T10:00:00.000Z", timeZone: "UTC" };
}

const pages: readonly (readonly [string, EvaluationData])[] = [
  ["a log of days", logged(100, 90, withBaseline)],
  ["a log of one day", logged(20, 20)],
  ["a log without truths", logged(20, 0)],
  ["numbers", logged(100, 50, regressor)],
  ["one number", logged(1, 1, regressor)],
  ["a file", ofFile()],
];

test.each(pages)(
  "renderEvaluation() of %s is one well-formed page that needs nothing else",
  (_name, data) => {
    const page = renderEvaluation(data);
    expect(page).toStartWith("<!doctype html>");
    expect(page).not.toMatch(/<script|<link|<img|https?:|\bsrc=|url\(|@import/);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    expect(unclosed(page)).toEqual([]);
  },
);

test("renderEvaluation() says how the model does, by day too, and what has moved", () => {
  const page = renderEvaluation(logged(200, 90, withBaseline));
  // 90 truths: of the rows 0, 5 … 85 those that are no setosa anyway are wrong, 12 of 18.
  expect(page).toContain("<b>86.7%</b>");
  expect(page).toContain(
    "It does worse than in the training, where it was 97.0%: that is more than these rows leave to chance. Moved since the training: petal_width.",
  );
  expect(page).toContain(
    "200 predictions from the prediction log, of 2026-11-20 to 2026-11-28; the truth of 90 is known.",
  );
  // The fourth day has 18 truths, of rows 72 … 89; of those 75, 80 and 85 one is a setosa.
  expect(page).toContain('<th scope="row">2026-11-23</th><td>24</td><td>18</td><td class="main">0.889</td>');
  expect(page).toContain('<td class="text worse">moved a lot</td><td>200</td>');
});

test("renderEvaluation() escapes all that comes from data and configuration", () => {
  const classes = [evil, "b"];
  const card: ModelCard = {
    ...withBaseline,
    name: evil,
    version: evil,
    description: evil,
    target: evil,
    classes,
    baseline: {
      ...withBaseline.baseline,
      prediction: { kind: "category", counts: { [evil]: 5, b: 5 }, missing: 0 },
    },
  };
  const page = renderEvaluation({ ...logged(60, 60, card), source: evil, timeZone: "UTC" });
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;");
});
