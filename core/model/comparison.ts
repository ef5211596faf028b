import { higherIsBetter, isInTargetUnit } from "../learn/metrics/metric-names.ts";
import { type Difference, pairedDifferences } from "../learn/metrics/paired-difference.ts";
import { seededRandom } from "../learn/random.ts";
import type { Scored } from "./evaluate.ts";
import type { Metrics } from "./model-card.ts";
import { NotGoodEnough } from "./not-good-enough.ts";

/** Whether one model does better than another, or whether chance may be all. */
export type Verdict = "better" | "worse" | "same" | "unclear";

/** A new model beside the one in place, on the same held-out rows. */
export interface Comparison {
  /** The metric that decides. */
  readonly metric: string;
  readonly verdict: Verdict;
  readonly candidate: Metrics;
  readonly inPlace: Metrics;
  /** By metric; of those that chance can be told from. */
  readonly differences: Readonly<Record<string, Difference>>;
}

export interface ComparisonOptions {
  /** The metric that decides. */
  readonly metric: string;
  readonly seed: number;
}

/** Compares the scores of two models on the same rows, and whether they differ by more than chance. */
export function compareScores(
  candidate: Scored,
  inPlace: Scored,
  { metric, seed }: ComparisonOptions,
): Comparison {
  const differences = pairedDifferences(candidate, inPlace, seededRandom(seed));
  const compared = { metric, candidate: candidate.metrics, inPlace: inPlace.metrics, differences };
  return { ...compared, verdict: verdictOf(compared, metric) };
}

/** What the difference in a metric says: `better` or `worse` where its whole interval does. */
export function verdictOf(
  { candidate, inPlace, differences }: Pick<Comparison, "candidate" | "inPlace" | "differences">,
  metric: string,
): Verdict {
  const [now, before] = [candidate[metric], inPlace[metric]];
  if (now === undefined || before === undefined) return "unclear";
  // Graphs of one model may differ by rounding, and do so in every resample. A target's unit may make every error small.
  const size = isInTargetUnit(metric) ? Math.abs(before) : Math.max(1, Math.abs(before));
  const negligible = 1e-6 * size;
  const { low, high } = differences[metric] ?? { low: now - before, high: now - before };
  if (Math.max(Math.abs(low), Math.abs(high)) <= negligible) return "same";
  if (low <= negligible && high >= -negligible) return "unclear";
  return low > 0 === higherIsBetter(metric) ? "better" : "worse";
}

/** The difference in the metric that decides, as a sentence. */
export function comparisonSentence(comparison: Comparison): string {
  const { metric, verdict } = comparison;
  const scores = scoresText(comparison);
  if (verdict === "same") return `The new model does as well as the one in place: ${scores}.`;
  if (verdict !== "unclear") return `The new model is ${verdict} than the one in place: ${scores}.`;
  const difference = comparison.differences[metric];
  if (difference === undefined) return `The new model cannot be compared with the one in place by ${metric}.`;
  const chance = percent(difference.probabilityNotBetter);
  return `The new model differs from the one in place by no more than chance may: ${scores}; with a probability of ${chance} it is no better.`;
}

/** A warning of metrics that did not decide, by which the new model is worse by more than chance. */
export function worseByOthers(comparison: Comparison): string[] {
  const worse = Object.keys(comparison.differences).filter(
    (metric) => metric !== comparison.metric && verdictOf(comparison, metric) === "worse",
  );
  if (worse.length === 0) return [];
  return [
    `By ${worse.join(", ")} the new model is worse than the one in place, by more than chance; ${comparison.metric} decided.`,
  ];
}

/**
 * @throws {MltError} when the model in place does better by more than chance
 */
export function checkNotWorse(comparison: Comparison): void {
  if (comparison.verdict !== "worse") return;
  throw new NotGoodEnough(`The new model is worse than the one in place: ${scoresText(comparison)}`, {
    hint: "Improve the model, or train without --compare to replace the one in place; it is kept for now.",
  });
}

function scoresText({ metric, verdict, candidate, inPlace, differences }: Comparison): string {
  const values = [candidate, inPlace].map(({ [metric]: value }) => format(value ?? Number.NaN));
  const difference = differences[metric];
  const change =
    difference === undefined || verdict === "same"
      ? ""
      : ` (change ${signed(difference.change)}, 95 % interval ${signed(difference.low)} to ${signed(difference.high)})`;
  return `${metric} ${values.join(" against ")} on the same held-out rows${change}`;
}

function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 0) return "under 1 %";
  return rounded === 100 ? "over 99 %" : `${rounded} %`;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${Number(value.toPrecision(2))}`;
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)));
}
