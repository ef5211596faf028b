import { expect, test } from "bun:test";
import { driftWindow } from "../../../../core/prediction-log/drift/drift-window.ts";
import { fixedCard } from "../../../support/fixed-softmax-predictor.ts";

const hour = 3_600_000;
/** Nothing but the predictions is counted: a request is its scores. */
const columns = (nRows: number) => ({ nRows, values: new Map() });
const setosas = (nRows: number) =>
  Float32Array.from({ length: 3 * nRows }, (_, at) => (at % 3 === 0 ? 1 : 0));
const virginicas = (nRows: number) => setosas(nRows).map((_, at) => (at % 3 === 2 ? 1 : 0));

test("driftWindow() forgets a row when it is 18 to 24 hours old", () => {
  const window = driftWindow(fixedCard);
  window.tick(1000);
  window.count(columns(250), setosas(250));
  for (const hours of [6, 12, 18]) {
    window.tick(1000 + hours * hour);
    window.count(columns(250), virginicas(250));
  }
  // setosa, versicolor, virginica, other, missing
  expect(window.counts()).toEqual([250, 0, 750, 0, 0]);
  window.tick(1000 + 24 * hour - 1);
  expect(window.counts()).toEqual([250, 0, 750, 0, 0]);
  window.tick(1000 + 24 * hour);
  expect(window.counts()).toEqual([0, 0, 750, 0, 0]);
});

test("driftWindow() reaches further back where little is asked", () => {
  const window = driftWindow(fixedCard);
  // 50 rows a day, the first day's setosas: a part is full after five days, the fifth part begins on the 20th.
  for (let day = 0; day < 20; day++) {
    window.tick(day * 24 * hour);
    window.count(columns(50), day === 0 ? setosas(50) : virginicas(50));
  }
  expect(window.counts()).toEqual([50, 0, 950, 0, 0]);
  window.tick(20 * 24 * hour);
  expect(window.counts()).toEqual([0, 0, 750, 0, 0]);
});

test("driftWindow() counts no more than 100,000 values between two ticks", () => {
  // The card's baseline has no features, so a row is one value.
  const window = driftWindow(fixedCard);
  for (let request = 0; request < 101; request++) window.count(columns(999), setosas(999));
  // 100 requests leave room for 100 rows, of 999 every tenth.
  expect(window.counts()[0]).toBe(100 * 999 + 100);
  window.count(columns(1), virginicas(1));
  expect(window.counts()[2]).toBe(0);
  window.tick(1000);
  window.count(columns(1), virginicas(1));
  expect(window.counts()[2]).toBe(1);
});
