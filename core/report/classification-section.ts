import { classScores, confusionMatrix } from "../learn/metrics/confusion-matrix.ts";
import { precisionRecallCurve } from "../learn/metrics/precision-recall-curve.ts";
import { rocCurve } from "../learn/metrics/roc-curve.ts";
import { curveChart } from "./charts/curve-chart.ts";
import { classTable } from "./class-table.ts";
import { confusionTable } from "./confusion-table.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { probabilityFigures } from "./probability-figures.ts";
import type { ClassResults, ReportResults } from "./report-data.ts";

type ClassificationResults = Extract<ReportResults, { task: "classification" }>;

/** Rows of one class against the rest, with what the model gave that class. */
interface ClassView {
  readonly label: string;
  readonly series: number;
  readonly positive: readonly boolean[];
  readonly scores: Float32Array;
}

const maxCurves = 6;

/** Which classes are taken for which, and how far the probabilities can be trusted. */
export function classificationSection({
  classes,
  test,
}: Pick<ClassificationResults, "classes" | "test">): Html {
  const matrix = confusionMatrix({ ...test, classes });
  const views = classViews(classes, test, classes.length === 2 ? classes.slice(1) : classes);
  // The ROC curve of the first of two classes is the mirror image of the second's; this one is not, and the first may be the rare one.
  const precisionViews = classes.length === 2 ? classViews(classes, test, classes.toReversed()) : views;
  const many =
    classes.length > maxCurves ? ` The ${maxCurves} most frequent of ${classes.length} classes.` : "";
  return html`<section><h2>Where it is right, and where it errs</h2>
<div class="${matrix.labels.length <= 5 ? "pair" : "stack"}">${confusionTable(matrix)}${classTable(classScores(matrix))}</div>
<div class="figures">${rocFigure(views, many)}${precisionRecallFigure(precisionViews, many)}${probabilityFigures(classes, test)}</div></section>`;
}

/** Of those of the classes that are shown, the most frequent; each has its colour by its place among them. */
function classViews(
  classes: readonly string[],
  { truth, predictions }: ClassResults,
  shown: readonly string[],
): readonly ClassView[] {
  const k = classes.length;
  const support = new Map<string, number>();
  for (const label of truth) support.set(label, (support.get(label) ?? 0) + 1);
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
