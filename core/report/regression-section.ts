import { countInBins } from "./charts/bins.ts";
import { histogramChart } from "./charts/histogram-chart.ts";
import { spanOf } from "./charts/plot.ts";
import { scatterChart } from "./charts/scatter-chart.ts";
import { figure } from "./figure.ts";
import { formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ReportResults } from "./report-data.ts";

type RegressionResults = Extract<ReportResults, { task: "regression" }>;

const maxDots = 1_000;
const residualBins = 25;

/** Predicted against actual values, and how the errors lie. */
export function regressionSection({ test }: Pick<RegressionResults, "test">, target: string): Html {
  const actual = Array.from(test.truth);
  const predicted = Array.from(test.predictions.values);
  const errors = actual.map((value, row) => value - (predicted[row] ?? 0));
  // Every k-th row: rows were shuffled when they were split, and lie in order of time in a log.
  const every = Math.ceil(actual.length / maxDots);
  const shown = actual
    .keys()
    .toArray()
    .filter((row) => row % every === 0);
  const pairs = (x: readonly number[], y: readonly number[]) =>
    shown.map((row) => [x[row] ?? 0, y[row] ?? 0] as const);
  const part =
    every > 1 ? ` ${formatCount(shown.length)} of ${formatCount(actual.length)} rows are shown.` : "";
  const span = spanOf([...actual, ...predicted]);
  const reach = Math.max(...spanOf(errors).map(Math.abs));
  return html`<section><h2>Where it is right, and where it errs</h2><div class="figures three">${figure({
    heading: "Predicted and actual",
    explanation: `A dot is a row that it had not seen. On the dashed line the prediction is exact.${part}`,
    chart: scatterChart({
      title: `Predicted against actual ${target}`,
      x: { label: `Actual ${target}`, domain: span },
      y: { label: `Predicted ${target}`, domain: span },
      points: pairs(actual, predicted),
      reference: "diagonal",
    }),
  })}${figure({
    heading: "Errors by prediction",
    explanation: `Actual minus predicted. A slope, a bend or a funnel means that the model misses something.${part}`,
    chart: scatterChart({
      title: `Error against predicted ${target}`,
      x: { label: `Predicted ${target}`, domain: spanOf(predicted) },
      y: { label: "Actual minus predicted", domain: [-reach, reach] },
      points: pairs(predicted, errors),
      reference: "zero",
    }),
  })}${figure({
    heading: "Errors",
    explanation:
      "How many rows are off by how much. A good model's errors are small and lie evenly around zero.",
    chart: histogramChart({
      title: "Rows by error",
      xLabel: "Actual minus predicted",
      bins: countInBins(errors, -reach, reach, residualBins),
    }),
  })}</div></section>`;
}
