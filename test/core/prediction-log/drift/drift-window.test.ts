import { expect, test } from "bun:test";
import { driftWindow } from "../../../../core/prediction-log/drift/drift-window.ts";
import { fixedCard } from "../../../support/fixed-softmax-predictor.ts";

const hour = 3_600_000;
/** Nothing but the predictions is counted: a request is its scores. */
const columns = (nRows: number) => ({ nRows, values: new Map() });
const setosas = (nRows: number) =>
  Float32Array.from({ length: 3 * nRows }, (_, at) => (at % 3 === 0 ? 1 : 0));
const virginica = Float32Array.from([0, 0, 1]);

test("driftWindow() forgets a row when it is 18 to 24 hours old", () => {
  const window = driftWindow(fixedCard);
  window.tick(1000);
  window.count(columns(1), setosas(1));
  window.tick(1000 + 6 * hour);
  window.count(columns(1), virginica);
  // setosa, versicolor, virginica, other, missing
  expect(window.counts()).toEqual([1, 0, 1, 0, 0]);
  window.tick(1000 + 24 * hour - 1);
  expect(window.counts()).toEqual([1, 0, 1, 0, 0]);
  window.tick(1000 + 24 * hour);
  expect(window.counts()).toEqual([0, 0, 1, 0, 0]);
  window.tick(1000 + 30 * hour);
  expect(window.counts()).toEqual([0, 0, 0, 0, 0]);
});

test("driftWindow() forgets all when it was not looked at for days", () => {
  const window = driftWindow(fixedCard);
  window.tick(0);
  window.count(columns(1), virginica);
  window.tick(100 * hour);
  expect(window.counts()).toEqual([0, 0, 0, 0, 0]);
});

test("driftWindow() counts no more than 100,000 values between two ticks", () => {
  // The card's baseline has no features, so a row is one value.
  const window = driftWindow(fixedCard);
  for (let request = 0; request < 101; request++) window.count(columns(999), setosas(999));
  // 100 requests leave room for 100 rows, of 999 every tenth.
  expect(window.counts()[0]).toBe(100 * 999 + 100);
  window.count(columns(1), virginica);
  expect(window.counts()[2]).toBe(0);
  window.tick(1000);
  window.count(columns(1), virginica);
  expect(window.counts()[2]).toBe(1);
});
