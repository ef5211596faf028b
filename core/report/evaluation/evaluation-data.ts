import type { EvaluationResult } from "../../evaluation/evaluate-live.ts";
import type { ModelCard } from "../../model/model-card.ts";

/** Everything that the report of an evaluation shows. */
export interface EvaluationData {
  readonly card: ModelCard;
  readonly result: EvaluationResult;
  /** Where the rows come from, as a phrase: "the prediction log in MongoDB", a file's name. */
  readonly source: string;
  /** When the evaluation was made, as ISO 8601 in UTC. */
  readonly time: string;
  /** IANA name: of the days. */
  readonly timeZone: string;
}
