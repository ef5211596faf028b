import { calibrationCurve, expectedCalibrationError } from "../learn/metrics/calibration-curve.ts";
import { countInBins } from "./charts/bins.ts";
import { calibrationChart } from "./charts/calibration-chart.ts";
import { mirrorChart } from "./charts/mirror-chart.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import type { ClassResults } from "./report-data.ts";

const scoreBins = 20;
const calibrationBins = 10;

/** A probability that the model gave each row, and whether it came true. */
interface Forecast {
  readonly scores: Float32Array;
  readonly cameTrue: readonly boolean[];
  readonly scoreLabel: string;
  readonly shareLabel: string;
  /** The rows where it came true, and where it did not. */
  readonly groups: readonly [string, string];
  readonly explanation: string;
}

/** Calibration and spread of the second class's probability; of more than two, of the answer's own. */
export function probabilityFigures(classes: readonly string[], results: ClassResults): Html {
  const [first, second] = classes;
  const forecast =
    classes.length === 2 && first !== undefined && second !== undefined
      ? ofSecondClass([first, second], results)
      : ofAnswer(classes, results);
  return html`${calibrationFigure(forecast)}${spreadFigure(forecast)}`;
}

function ofSecondClass(
  [first, second]: readonly [string, string],
  { truth, predictions }: ClassResults,
): Forecast {
  return {
    scores: predictions.probabilities.filter((_, index) => index % 2 === 1),
    cameTrue: truth.map((label) => label === second),
    scoreLabel: `Probability of ${second}`,
    shareLabel: `Share that is ${second}`,
    groups: [second, first],
    explanation:
      "What the model said, for rows of either class. The less they overlap, the better it tells them apart.",
  };
}

function ofAnswer(classes: readonly string[], { truth, predictions }: ClassResults): Forecast {
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  return {
    scores: Float32Array.from(predictions.labels, (label, row) => {
      return predictions.probabilities[row * classes.length + (columnOf.get(label) ?? 0)] ?? 0;
    }),
    cameTrue: truth.map((label, row) => label === predictions.labels[row]),
    scoreLabel: "Probability of its answer",
    shareLabel: "Share that was right",
    groups: ["right answers", "wrong answers"],
    explanation:
      "How sure the model was of its answers. Mistakes should lie to the left, where it was in doubt.",
  };
}

function calibrationFigure({ scores, cameTrue, scoreLabel, shareLabel }: Forecast): Html {
  const bins = calibrationCurve(cameTrue, scores, calibrationBins);
  const error = expectedCalibrationError(bins).toFixed(3);
  return figure({
    heading: "Calibration",
    explanation: `What it said against what happened. On the dashed line, 0.8 means right 8 times out of 10; below it, the model is too sure. Larger dots stand for more rows. On average it is off by ${error} (expected calibration error).`,
    chart: calibrationChart({
      title: "Calibration: probability given against share that came true",
      xLabel: scoreLabel,
      yLabel: shareLabel,
      bins,
    }),
  });
}

function spreadFigure({ scores, cameTrue, scoreLabel, groups, explanation }: Forecast): Html {
  const binsOf = (wanted: boolean) => {
    const group = scores.filter((_, row) => cameTrue[row] === wanted);
    return countInBins(group, 0, 1, scoreBins);
  };
  const [up, down] = groups;
  return figure({
    heading: "Probabilities",
    explanation,
    chart: mirrorChart({
      title: `${scoreLabel}: ${up} above, ${down} below`,
      xLabel: scoreLabel,
      up: binsOf(true),
      down: binsOf(false),
    }),
    legend: [
      { series: 0, label: `${up}, up` },
      { series: 1, label: `${down}, down` },
    ],
  });
}
