import { expect, test } from "bun:test";
import {
  calibrationCurve,
  expectedCalibrationError,
} from "../../../../core/learn/metrics/calibration-curve.ts";
import { precisionRecallCurve } from "../../../../core/learn/metrics/precision-recall-curve.ts";
import { rocCurve } from "../../../../core/learn/metrics/roc-curve.ts";
import expected from "../../../support/expected/metrics.json" with { type: "json" };

const { positive, ...wanted } = expected.curves;
const scores = Float32Array.from(wanted.scores);

function expectClose(values: readonly number[] | undefined, others: readonly number[]) {
  expect(values?.length).toBe(others.length);
  for (const [index, other] of others.entries()) expect(values?.[index]).toBeCloseTo(other, 12);
}

test("rocCurve() agrees with scikit-learn", () => {
  const curve = rocCurve(positive, scores);
  expectClose(
    curve?.points.map((point) => point.falsePositiveRate),
    wanted.roc.false_positive_rate,
  );
  expectClose(
    curve?.points.map((point) => point.truePositiveRate),
    wanted.roc.true_positive_rate,
  );
  expect(curve?.auc).toBeCloseTo(wanted.auc, 12);
});

test("precisionRecallCurve() agrees with scikit-learn", () => {
  const curve = precisionRecallCurve(positive, scores);
  expectClose(
    curve?.points.map((point) => point.recall),
    wanted.precision_recall.recall,
  );
  expectClose(
    curve?.points.map((point) => point.precision),
    wanted.precision_recall.precision,
  );
  expect(curve?.averagePrecision).toBeCloseTo(wanted.average_precision, 12);
});

test("calibrationCurve() agrees with scikit-learn", () => {
  const bins = calibrationCurve(positive, scores, 10);
  expectClose(
    bins.map((bin) => bin.meanScore),
    wanted.calibration.mean_score,
  );
  expectClose(
    bins.map((bin) => bin.positiveShare),
    wanted.calibration.positive_share,
  );
  expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(positive.length);
});

test("calibrationCurve() keeps 0 and 1 in the outer bins", () => {
  expect(calibrationCurve([false, true], [0, 1], 4)).toEqual([
    { meanScore: 0, positiveShare: 0, rows: 1 },
    { meanScore: 1, positiveShare: 1, rows: 1 },
  ]);
});

test("rocCurve() and precisionRecallCurve() are undefined without a positive row", () => {
  expect(rocCurve([false, false], Float32Array.of(0.1, 0.2))).toBeUndefined();
  expect(rocCurve([true, true], Float32Array.of(0.1, 0.2))).toBeUndefined();
  expect(precisionRecallCurve([false], Float32Array.of(0.1))).toBeUndefined();
  expect(precisionRecallCurve([], new Float32Array())).toBeUndefined();
});

test("expectedCalibrationError() is the mean gap of the rows", () => {
  // 3 rows said 0.5 on average and came true in 1 of 3, 1 row said 0.9 and came true: (3 (1/2 - 1/3) + 0.1) / 4 = 0.15.
  const bins = [
    { meanScore: 0.5, positiveShare: 1 / 3, rows: 3 },
    { meanScore: 0.9, positiveShare: 1, rows: 1 },
  ];
  expect(expectedCalibrationError(bins)).toBeCloseTo(0.15, 12);
  expect(expectedCalibrationError([])).toBe(0);
});
