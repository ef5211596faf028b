import { calibrationCurve } from "../learn/metrics/calibration-curve.ts";
import { classScores, confusionMatrix } from "../learn/metrics/confusion-matrix.ts";
import { precisionRecallCurve } from "../learn/metrics/precision-recall-curve.ts";
import { rocCurve } from "../learn/metrics/roc-curve.ts";
import { countInBins } from "./charts/bins.ts";
import { calibrationChart } from "./charts/calibration-chart.ts";
import { curveChart } from "./charts/curve-chart.ts";
import { mirrorChart } from "./charts/mirror-chart.ts";
import { classTable } from "./class-table.ts";
import { confusionTable } from "./confusion-table.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import type { ReportResults } from "./report-data.ts";

type ClassificationResults = Extract<ReportResults, { task: "classification" }>;

/** Rows of one class against the rest, with what the model gave that class. */
interface ClassView {
  readonly label: string;
  readonly series: number;
  readonly positive: readonly boolean[];
  readonly scores: Float32Array;
}

const maxCurves = 6;
const scoreBins = 20;
const calibrationBins = 10;

/** Which classes are taken for which, and how far the probabilities can be trusted. */
export function classificationSection({ classes, test }: ClassificationResults): Html {
  const matrix = confusionMatrix({ ...test, classes });
  const views = classViews(classes, test);
  const many =
    classes.length > maxCurves ? ` The ${maxCurves} most frequent of ${classes.length} classes.` : "";
  return html`<section><h2>Where it is right, and where it errs</h2>
<div class="${matrix.labels.length <= 5 ? "pair" : "stack"}">${confusionTable(matrix)}${classTable(classScores(matrix))}</div>
<div class="figures">${rocFigure(views, many)}${precisionRecallFigure(views, many)}${
    classes.length === 2 ? twoClassFigures(views[0], classes[0]) : manyClassFigures(classes, test)
  }</div></section>`;
}

/** Of two classes only the second: the first is its mirror image. */
function classViews(classes: readonly string[], { truth, predictions }: ClassificationResults["test"]) {
  const k = classes.length;
  const support = new Map<string, number>();
  for (const label of truth) support.set(label, (support.get(label) ?? 0) + 1);
  const shown = k === 2 ? classes.slice(1) : classes;
  const frequent = shown
    .toSorted((a, b) => (support.get(b) ?? 0) - (support.get(a) ?? 0))
    .slice(0, maxCurves);
  return shown
    .filter((label) => frequent.includes(label))
    .map((label, series): ClassView => {
      const column = classes.indexOf(label);
      const scores = Float32Array.from(truth, (_, row) => predictions.probabilities[row * k + column] ?? 0);
      return { label, series, positive: truth.map((other) => other === label), scores };
    });
}

function rocFigure(views: readonly ClassView[], many: string): Html | undefined {
  const curves = views.flatMap(({ label, series, positive, scores }) => {
    const curve = rocCurve(positive, scores);
    return curve ? [{ label, series, ...curve }] : [];
  });
  if (curves.length === 0) return undefined;
  return figure({
    heading: "ROC curve",
    explanation: `How many of a class are found, against how many others are let in, as the bar is lowered. The further to the upper left, the better.${many}`,
    chart: curveChart({
      title: `ROC curve; area ${curves.map(({ label, auc }) => `${label} ${auc.toFixed(3)}`).join(", ")}`,
      xLabel: "False positive rate",
      yLabel: "True positive rate",
      shape: "straight",
      reference: "diagonal",
      curves: curves.map(({ series, points }) => ({
        series,
        points: points.map((point) => [point.falsePositiveRate, point.truePositiveRate] as const),
      })),
    }),
    legend: curves.map(({ label, series, auc }) => ({ series, label, value: `AUC ${auc.toFixed(3)}` })),
  });
}

function precisionRecallFigure(views: readonly ClassView[], many: string): Html | undefined {
  const curves = views.flatMap(({ label, series, positive, scores }) => {
    const curve = precisionRecallCurve(positive, scores);
    return curve ? [{ label, series, ...curve }] : [];
  });
  if (curves.length === 0) return undefined;
  const average = (value: number) => value.toFixed(3);
  return figure({
    heading: "Precision and recall",
    explanation: `How often its answer is right, against how much of the class it finds. The further to the upper right, the better; AP is the mean precision.${many}`,
    chart: curveChart({
      title: `Precision and recall; average precision ${curves.map((curve) => `${curve.label} ${average(curve.averagePrecision)}`).join(", ")}`,
      xLabel: "Recall",
      yLabel: "Precision",
      shape: "step",
      curves: curves.map(({ series, points }) => ({
        series,
        points: untilAllFound(points).map((point) => [point.recall, point.precision] as const),
      })),
    }),
    legend: curves.map(({ label, series, averagePrecision }) => ({
      series,
      label,
      value: `AP ${average(averagePrecision)}`,
    })),
  });
}

/** Beyond the threshold that finds every row of the class, precision only falls. */
function untilAllFound<Point extends { readonly recall: number }>(
  points: readonly Point[],
): readonly Point[] {
  return points.slice(0, points.findIndex((point) => point.recall === 1) + 1);
}

function twoClassFigures(view: ClassView | undefined, other = ""): Html | undefined {
  if (!view) return undefined;
  const { label, positive, scores } = view;
  const share = `Probability of ${label}`;
  return html`${calibrationFigure(positive, scores, share, `Share that is ${label}`)}${scoreFigure({
    scores,
    first: positive,
    xLabel: share,
    legend: [`${label}, up`, `${other}, down`],
    explanation:
      "What the model said, for rows of either class. The less they overlap, the better it tells them apart.",
  })}`;
}

function manyClassFigures(
  classes: readonly string[],
  { truth, predictions }: ClassificationResults["test"],
): Html {
  const k = classes.length;
  const scores = Float32Array.from(predictions.labels, (label, row) => {
    return predictions.probabilities[row * k + classes.indexOf(label)] ?? 0;
  });
  const right = truth.map((label, row) => label === predictions.labels[row]);
  return html`${calibrationFigure(right, scores, "Probability of its answer", "Share that was right")}${scoreFigure(
    {
      scores,
      first: right,
      xLabel: "Probability of its answer",
      legend: ["right answers, up", "wrong answers, down"],
      explanation:
        "How sure the model was of its answers. Mistakes should lie to the left, where it was in doubt.",
    },
  )}`;
}

function calibrationFigure(
  positive: readonly boolean[],
  scores: Float32Array,
  xLabel: string,
  yLabel: string,
) {
  return figure({
    heading: "Calibration",
    explanation:
      "What it said against what happened. On the dashed line, 0.8 means right 8 times out of 10; below it, the model is too sure. Larger dots stand for more rows.",
    chart: calibrationChart({
      title: "Calibration: probability given against share that came true",
      xLabel,
      yLabel,
      bins: calibrationCurve(positive, scores, calibrationBins),
    }),
  });
}

interface ScoreFigureOptions {
  readonly scores: Float32Array;
  /** Which rows the first colour stands for. */
  readonly first: readonly boolean[];
  readonly xLabel: string;
  readonly legend: readonly [string, string];
  readonly explanation: string;
}

function scoreFigure({ scores, first, xLabel, legend, explanation }: ScoreFigureOptions): Html {
  const binsOf = (wanted: boolean) =>
    countInBins(
      scores.filter((_, row) => first[row] === wanted),
      0,
      1,
      scoreBins,
    );
  return figure({
    heading: "Probabilities",
    explanation,
    chart: mirrorChart({
      title: `${xLabel}: ${legend.join(", ")}`,
      xLabel,
      up: binsOf(true),
      down: binsOf(false),
    }),
    legend: legend.map((label, series) => ({ series, label })),
  });
}
