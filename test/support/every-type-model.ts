import type { Columns } from "../../core/features/columns.ts";
import type { Feature } from "../../core/features/feature-spec.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { toPredictions } from "../../core/model/predictions.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { fixedCard } from "./fixed-softmax-predictor.ts";

/** One feature of every type, and every way in which the form asks for one. */
const features: readonly Feature[] = [
  { name: "size", type: "number", nullable: false, min: 0, max: 100, description: "cm" },
  { name: "count", type: "integer", nullable: true },
  { name: "sold", type: "boolean", nullable: false },
  { name: "colour", type: "category", nullable: true, values: ["red", "green"] },
  { name: "month", type: "category", nullable: false, values: ["Jan", "Feb", "Mar", "Apr", "May"] },
  { name: "note", type: "string", nullable: true, description: "whatever is known" },
];

export const everyTypeCard: ModelCard = {
  ...fixedCard,
  features,
  baseline: {
    ...fixedCard.baseline,
    features: {
      // As float32 has them: 1.2 and 8.7.
      size: { kind: "number", edges: [1.2000000476837158, 5, 8.699999809265137], counts: [3, 4], missing: 0 },
      count: { kind: "number", edges: [3, 3], counts: [7], missing: 0 },
    },
  },
  golden: [
    {
      row: { size: 2.5, count: 3, sold: true, colour: "green", month: "Feb", note: "old" },
      class_name: "setosa",
      probabilities: [0.5, 0.25, 0.25],
    },
    {
      row: { size: 4.25, count: null, sold: false, colour: null, month: "May", note: null },
      class_name: "setosa",
      probabilities: [0.5, 0.25, 0.25],
    },
  ],
};

/** Stands at the Predictor port: the same probabilities for every row, the first class the most probable. */
export function constantPredictor(card: ModelCard, probabilities: readonly number[]): Predictor {
  const score = ({ nRows }: Columns) =>
    Promise.resolve(Float32Array.from(Array.from({ length: nRows }, () => probabilities).flat()));
  return {
    card,
    score,
    predict: async (columns) => toPredictions("classification", card.classes, await score(columns)),
    close: () => Promise.resolve(),
  };
}
