import type { Feature } from "../../features/feature-spec.ts";
import { shortestFloat32 } from "../../features/shortest-float32.ts";
import type { Distribution } from "../../model/model-card.ts";

/** What a slider spans, and how far one step of it goes. */
export interface NumberScale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  /** Whether `low` and `high` are those of the training rows, rather than bounds of the feature. */
  readonly learned: boolean;
}

/**
 * The scale of a number: what the training rows spanned, else the feature's bounds; `undefined` where neither is
 * known, or there is only one value.
 *
 * @param samples  values of the feature, which say how finely it is measured
 */
export function numberScale(
  feature: Feature,
  baseline: Distribution | undefined,
  samples: readonly number[],
): NumberScale | undefined {
  const learned = learnedSpan(baseline);
  const { low, high } = learned ?? { low: feature.min, high: feature.max };
  if (low === undefined || high === undefined || !(high > low)) return undefined;
  const power = stepPower(high - low, samples, feature.type === "integer");
  return {
    low: onStep(low, power, Math.floor),
    high: onStep(high, power, Math.ceil),
    step: Number(`1e${power}`),
    learned: learned !== undefined,
  };
}

function learnedSpan(baseline: Distribution | undefined) {
  if (baseline?.kind !== "number") return undefined;
  const low = baseline.edges.at(0);
  const high = baseline.edges.at(-1);
  return low === undefined || high === undefined || low === high
    ? undefined
    : { low: shortestFloat32(low), high: shortestFloat32(high) };
}

/** The power of ten that makes 20 to 1000 steps of the span, as fine as the samples are written where that fits. */
function stepPower(span: number, samples: readonly number[], whole: boolean): number {
  const finest = Math.ceil(Math.log10(span / 1000));
  const coarsest = Math.floor(Math.log10(span / 20));
  const written = Math.min(0, ...samples.map((sample) => -decimalsOf(sample)));
  const power = Math.min(Math.max(written, finest), coarsest);
  return whole ? Math.max(0, power) : power;
}

/** Digits after the point: 2 of 0.25. */
function decimalsOf(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1] ?? "").length - Number(exponent));
}

function onStep(value: number, power: number, round: (value: number) => number): number {
  const steps = round(Number((value / Number(`1e${power}`)).toPrecision(12)));
  return Number(`${steps}e${power}`);
}
