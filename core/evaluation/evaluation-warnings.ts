import type { LabelsOrNumbers } from "../learn/metrics/evaluation.ts";
import type { ModelCard } from "../model/model-card.ts";
import { formatCount, formatRows, formatShare } from "../report/format.ts";
import { printable } from "../report/printable.ts";
import type { LogCounts } from "./evaluate-live.ts";
import { longestLabel } from "./few-labels.ts";

/** Of fewer rows an interval is wide. */
const fewRows = 30;
/** Where the truth of fewer rows is known, they may be other rows than the rest. */
const smallShare = 0.5;
const maxNamed = 3;

/** What a reader should know before trusting the numbers, in plain sentences. */
export function evaluationWarnings(
  card: ModelCard,
  evaluation: LabelsOrNumbers,
  log?: { readonly counts: LogCounts; readonly unreadable: number },
): readonly string[] {
  const n = evaluation.truth.length;
  return [
    ...(n > 0 && n < fewRows ? [`Only ${formatRows(n)} with a known truth: the intervals are wide.`] : []),
    ...(log === undefined ? [] : n === 0 ? strayWarning(log.counts) : shareWarning(log.counts)),
    ...(evaluation.task === "classification" ? classWarnings(card, evaluation) : []),
    ...(log === undefined || log.unreadable === 0 ? [] : [unreadableText(log.unreadable)]),
  ];
}

function strayWarning({ truths }: LogCounts): readonly string[] {
  if (truths === 0) return [];
  const none =
    truths === 1
      ? "The one truth names no prediction"
      : `None of ${formatCount(truths)} truths names a prediction`;
  return [`${none} of this model and time: compare how they are named with what mlt logs shows.`];
}

function shareWarning({ predictions, repeated, with_truth: known }: LogCounts): readonly string[] {
  const share = known / (predictions - repeated);
  if (share >= smallShare) return [];
  return [
    `The truth is known of ${formatShare(share)} of the rows: if it is known of some kinds of rows more than of others, the metrics are theirs.`,
  ];
}

function classWarnings(
  { classes }: ModelCard,
  { truth, predictions }: Extract<LabelsOrNumbers, { task: "classification" }>,
): readonly string[] {
  const known = new Set(classes);
  const strange = new Map<string, number>();
  for (const label of truth) if (!known.has(label)) strange.set(label, (strange.get(label) ?? 0) + 1);
  const rows = Array.from(strange.values()).reduce((sum, count) => sum + count, 0);
  const names = Array.from(strange.keys()).slice(0, maxNamed);
  const more = strange.size > maxNamed ? " …" : "";
  return [
    ...(rows === 0
      ? []
      : [
          `The truth of ${formatRows(rows)} is none of the model\u2019s classes (${names.map((name) => `\u201c${printable(name, longestLabel)}\u201d`).join(", ")}${more}): they count as mistakes.`,
        ]),
    ...(predictions.probabilities === undefined && truth.length > 0
      ? [
          `Not every record has all ${classes.length} classes (logging.log_n_best): there is no roc_auc, average_precision or log_loss.`,
        ]
      : []),
  ];
}

function unreadableText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "record is not as mlt writes it, and was" : "records are not as mlt writes them, and were"} passed over.`;
}
