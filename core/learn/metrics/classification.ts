import type { Metrics } from "../../model/model-card.ts";
import { type ClassCodes, classCodes } from "./class-codes.ts";
import type { LabelEvaluation, WeightedScorer } from "./evaluation.ts";
import { type RankedAreas, type Ranking, rankByScore, rankedAreas } from "./ranking.ts";

// A probability of 0 for the truth would cost infinitely much; scikit-learn clips by the epsilon of the type.
const float32Epsilon = 2 ** -23;

/**
 * scikit-learn's accuracy, macro averages (zero_division=0), log loss, area under the ROC curve and average precision:
 * these of the second class where there are two, else of each class against the rest, averaged.
 * What needs probabilities is left out when they are not known or a true label is not among the classes, the areas also when a
 * class is true of no row or of every row.
 *
 * @throws {RangeError} when the lengths differ, or a predicted label is not among the classes
 */
export function scoreClassification(evaluation: LabelEvaluation): Metrics {
  return classificationScorer(evaluation)(new Int32Array(evaluation.truth.length).fill(1));
}

/** The metrics of `scoreClassification` under row weights: sorts once, then scores in O(n_rows × k). */
export function classificationScorer(evaluation: LabelEvaluation): WeightedScorer {
  const codes = classCodes(evaluation);
  const { classes, predictions } = evaluation;
  const { probabilities } = codes.labels.length === classes.length ? predictions : {};
  const losses = probabilities && rowLosses(classes.length, probabilities, codes);
  const rankings = probabilities === undefined ? [] : classRankings(classes.length, probabilities, codes);
  return (weights) => {
    const scores = labelScores(codes, weights);
    const areas = meanAreas(rankings, weights);
    const loss = losses && weightedMean(losses, weights);
    return {
      ...scores,
      ...areas,
      ...(loss === undefined ? {} : { log_loss: loss }),
    };
  };
}

function labelScores({ labels, truth, predicted }: ClassCodes, weights: Int32Array): Metrics {
  const hits = new Float64Array(labels.length);
  const support = new Float64Array(labels.length);
  const answers = new Float64Array(labels.length);
  for (let row = 0; row < truth.length; row++) {
    const weight = weights[row] ?? 0;
    const t = truth[row] ?? 0;
    const p = predicted[row] ?? 0;
    support[t] = (support[t] ?? 0) + weight;
    answers[p] = (answers[p] ?? 0) + weight;
    if (t === p) hits[t] = (hits[t] ?? 0) + weight;
  }
  return averages(hits, support, answers);
}

/** Macro averages run over the labels that are true or predicted somewhere, balanced accuracy over the true ones. */
function averages(hits: Float64Array, support: Float64Array, answers: Float64Array): Metrics {
  let rows = 0;
  let right = 0;
  let trueLabels = 0;
  let labels = 0;
  const sums = { precision: 0, recall: 0, f1: 0 };
  for (const [code, hit] of hits.entries()) {
    const is = support[code] ?? 0;
    const said = answers[code] ?? 0;
    if (is + said === 0) continue;
    rows += is;
    right += hit;
    labels += 1;
    if (is > 0) trueLabels += 1;
    sums.precision += said === 0 ? 0 : hit / said;
    sums.recall += is === 0 ? 0 : hit / is;
    sums.f1 += (2 * hit) / (is + said);
  }
  if (rows === 0) return {};
  return {
    accuracy: right / rows,
    balanced_accuracy: sums.recall / trueLabels,
    precision_macro: sums.precision / labels,
    recall_macro: sums.recall / labels,
    f1_macro: sums.f1 / labels,
  };
}

function rowLosses(k: number, probabilities: Float32Array, { truth }: ClassCodes): Float64Array {
  const losses = new Float64Array(truth.length);
  for (let row = 0; row < losses.length; row++) {
    const probability = probabilities[row * k + (truth[row] ?? 0)] ?? 0;
    losses[row] = -Math.log(Math.min(Math.max(probability, float32Epsilon), 1 - float32Epsilon));
  }
  return losses;
}

function classRankings(k: number, probabilities: Float32Array, { truth }: ClassCodes): readonly Ranking[] {
  if (k < 2) return [];
  const positives = k === 2 ? [1] : Array.from({ length: k }, (_, code) => code);
  return positives.map((code) => {
    const scores = new Float32Array(truth.length);
    for (let row = 0; row < scores.length; row++) scores[row] = probabilities[row * k + code] ?? 0;
    return rankByScore(scores, (row) => truth[row] === code);
  });
}

function meanAreas(rankings: readonly Ranking[], weights: Int32Array): Metrics {
  const areas = rankings.flatMap((ranking) => rankedAreas(ranking, weights) ?? []);
  if (areas.length === 0 || areas.length < rankings.length) return {};
  const mean = (value: (area: RankedAreas) => number) =>
    areas.reduce((sum, area) => sum + value(area), 0) / areas.length;
  return { roc_auc: mean(({ roc }) => roc), average_precision: mean((area) => area.averagePrecision) };
}

function weightedMean(values: Float64Array, weights: Int32Array): number | undefined {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    const weight = weights[row] ?? 0;
    sum += weight * (values[row] ?? 0);
    total += weight;
  }
  return total === 0 ? undefined : sum / total;
}
