import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { ModelCard } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

const Regression = Type.Array(Type.Object({ prediction: Type.Number() }));
const Labels = Type.Array(Type.Object({ class_name: Type.String() }));
const Probabilities = Type.Array(
  Type.Object({ class_names: Type.Array(Type.String()), probabilities: Type.Array(Type.Number()) }),
);

/**
 * What a service answered, as the predictions of its model; `undefined` where it is no answer of that model.
 *
 * @param answers        of `/api/predictions`
 * @param probabilities  of `/api/proba_predictions`, of a classifier
 */
export function answeredPredictions(
  { task, classes }: Pick<ModelCard, "task" | "classes">,
  answers: unknown,
  probabilities: unknown,
): Predictions | undefined {
  if (task === "regression") {
    if (!Value.Check(Regression, answers)) return undefined;
    return { task, values: Float32Array.from(answers, ({ prediction }) => prediction) };
  }
  if (!Value.Check(Labels, answers) || !Value.Check(Probabilities, probabilities)) return undefined;
  if (answers.length !== probabilities.length || !probabilities.every(isOfClasses(classes))) return undefined;
  return {
    task,
    labels: answers.map(({ class_name }) => class_name),
    probabilities: Float32Array.from(probabilities.flatMap((row) => row.probabilities)),
  };
}

function isOfClasses(classes: readonly string[]) {
  return (row: Static<typeof Probabilities>[number]) =>
    row.probabilities.length === classes.length &&
    row.class_names.length === classes.length &&
    row.class_names.every((name, index) => name === classes[index]);
}
