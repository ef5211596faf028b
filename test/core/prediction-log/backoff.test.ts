import { expect, test } from "bun:test";
import { backoff } from "../../../core/prediction-log/backoff.ts";

const limits = { firstMs: 100, longestMs: 1000 };

test("backoff() doubles its pauses up to the longest, and begins anew after a success", () => {
  const pauses = backoff({ ...limits, random: () => 0 });
  expect(Array.from({ length: 6 }, () => pauses.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  pauses.reset();
  expect(pauses.next()).toBe(100);
});

test("backoff() shortens a pause by up to its half, so that many do not come back at once", () => {
  expect(backoff({ ...limits, random: () => 0.999 }).next()).toBeCloseTo(50.05, 5);
  expect(backoff({ ...limits, random: () => 0.5 }).next()).toBe(75);
});

test("backoff() stays at the longest however often it fails", () => {
  const pauses = backoff({ ...limits, random: () => 0 });
  for (let failure = 0; failure < 5000; failure++) pauses.next();
  expect(pauses.next()).toBe(1000);
});
