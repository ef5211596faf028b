import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import { readFrame } from "../features/read-frame.ts";
import type { Frame } from "../learn/frame.ts";
import { evaluationOf, type Scored, score } from "./evaluate.ts";
import type { ModelCard } from "./model-card.ts";
import type { Predictor } from "./predictor.ts";

/** What the new model was tried on: the model in place must answer the same. */
export interface Trial {
  readonly spec: FeatureSpec;
  /** The held-out rows as loaded. */
  readonly heldOut: Frame;
  /** What is true of them. */
  readonly truth: readonly unknown[];
  readonly classes: readonly string[];
  readonly seed: number;
  readonly split: NonNullable<ModelCard["split"]>;
  readonly dataHash: string;
}

/**
 * Answers and scores of the model in place on the very rows that the new one was not shown.
 *
 * @throws {MltError} when the two do not answer the same question
 */
export async function scoreInPlace(inPlace: Predictor, trial: Trial): Promise<Scored> {
  const { card } = inPlace;
  const { spec, heldOut, truth, classes } = trial;
  if (card.task !== spec.task || card.target !== spec.target) {
    throw notComparable(`it predicts "${card.target}" (${card.task})`);
  }
  if (new Set(card.classes).symmetricDifference(new Set(classes)).size > 0) {
    throw notComparable(`its classes are [${card.classes.join(", ")}], the new ones [${classes.join(", ")}]`);
  }
  if (truth.length !== heldOut.height) throw notComparable("Preprocessor.splitXy drops rows");
  const evaluation = evaluationOf(await inPlace.predict(columnsFor(card, heldOut)), truth, card.classes);
  return { evaluation, metrics: score(evaluation) };
}

/** What a model says of the rows that it was trained on. */
type Origin = Pick<ModelCard, "seed" | "split" | "data_sha256">;

/** A warning where the comparison may flatter the model in place; none when it is fair. */
export function unfairness(
  { card }: { readonly card: Origin },
  { seed, split, dataHash }: Pick<Trial, "seed" | "split" | "dataHash">,
): string[] {
  const reason = otherThan(card, { seed, split, dataHash });
  if (reason === undefined) return [];
  return [
    `The model in place was trained ${reason}: it may have learned from rows that are held out now, which favours it.`,
  ];
}

function otherThan(card: Origin, trial: Pick<Trial, "seed" | "split" | "dataHash">): string | undefined {
  const { split } = trial;
  // The latest rows are held out whatever the seed.
  if (split.strategy !== "time" && card.seed !== trial.seed) return `with the seed ${card.seed}`;
  const { strategy, column, test_size } = card.split ?? split;
  if (strategy !== split.strategy || column !== split.column || test_size !== split.test_size) {
    return "with another train.split or train.test_size";
  }
  return card.data_sha256 === trial.dataHash ? undefined : "from other rows";
}

function columnsFor(card: ModelCard, heldOut: Frame): Columns {
  try {
    return readFrame(heldOut, card.features, "the held-out rows");
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    const [, ...problems] = cause.message.split("\n");
    throw notComparable(["the data do not hold what it reads", ...problems].join("\n"), cause);
  }
}

function notComparable(reason: string, cause?: unknown): MltError {
  return new MltError(`Cannot compare with the model in place: ${reason}`, {
    hint: "Train without --compare to replace it.",
    cause,
  });
}
