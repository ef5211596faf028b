import { MltError } from "../../errors.ts";
import type { Columns } from "../../features/columns.ts";
import type { FeatureSpec, Task } from "../../features/feature-spec.ts";
import { takeRows } from "../../features/rows.ts";
import type { InferenceSession } from "../../ports.ts";
import type { Side, VerifiedModel } from "../made-model.ts";
import { toPredictions } from "../predictions.ts";
import { scoreRows } from "../predictor.ts";
import { ownLabelOutput } from "./adapt-graph.ts";
import { checkLabels, checkScores } from "./check-answers.ts";
import type { Findings } from "./findings.ts";

export interface ProgramVerification {
  readonly spec: FeatureSpec;
  readonly classes: readonly string[];
  readonly train: Side;
  readonly test: Side;
  readonly session: InferenceSession;
  /** The same graph, with the model's own label as an output; absent where it gives none. */
  readonly ownLabels: InferenceSession | undefined;
  readonly findings: Findings;
}

/** How many rows are asked one by one too. */
const nAlone = 5;

/** Asks another program's model all rows, and makes sure that it will answer requests as it answers them. */
export async function verifyProgram(options: ProgramVerification): Promise<VerifiedModel> {
  const { spec, classes, train, test, session, ownLabels, findings } = options;
  const { task } = spec;
  const ask = (columns: Columns, rows: string) => scored(session, { task, columns, classes, rows });
  const onTrain = await ask(train.columns, "training rows");
  const onTest = await ask(test.columns, "held-out rows");
  await checkAlone(test.columns, onTest, (columns) => ask(columns, "rows"));
  if (ownLabels !== undefined) {
    const labels = (await ownLabels.run(test.columns, [ownLabelOutput])).get(ownLabelOutput);
    const { differing } = checkLabels(Array.from(labels ?? [], String), onTest, classes);
    if (differing > 0) {
      findings.warnings.push(
        `The model's own label is not its most probable class in ${differing} of ${test.columns.nRows} held-out rows: mlt answers the most probable.`,
      );
    }
  }
  return {
    train: toPredictions(task, classes, onTrain),
    test: toPredictions(task, classes, onTest),
    detail: `${test.columns.nRows + train.columns.nRows} rows answered, ${Math.min(nAlone, test.columns.nRows)} of them alone too`,
  };
}

export interface AskedRows {
  readonly task: Task;
  readonly columns: Columns;
  readonly classes: readonly string[];
  /** How the rows are called in an error. */
  readonly rows: string;
}

/** What the graph says of rows. @throws {MltError} when it fails, or says what cannot be answered */
export async function scored(
  session: InferenceSession,
  { task, columns, classes, rows }: AskedRows,
): Promise<Float32Array> {
  const scores = await scoreRows(session, task, columns).catch((cause: unknown) => {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new MltError(`The model that the program wrote fails on the ${rows}: ${reason}`, {
      hint: "Ask the ONNX file the same rows where it is made, such as with onnxruntime.",
      cause,
    });
  });
  checkScores(scores, { task, nRows: columns.nRows, k: classes.length, rows });
  return scores;
}

/** A model that looks at the rows around a row, or that draws lots, would answer each request otherwise. */
async function checkAlone(
  columns: Columns,
  scores: Float32Array,
  ask: (columns: Columns) => Promise<Float32Array>,
): Promise<void> {
  const width = scores.length / columns.nRows;
  for (let row = 0; row < Math.min(nAlone, columns.nRows); row++) {
    const alone = await ask(takeRows(columns, [row]));
    for (const [index, score] of alone.entries()) {
      const among = scores[row * width + index] ?? Number.NaN;
      if (Math.abs(score - among) <= 1e-5 * Math.max(1, Math.abs(among))) continue;
      throw new MltError(
        `The model answers held-out row ${row + 1} otherwise alone than among others: ${score} and ${among}`,
        {
          hint: "Export it for prediction rather than for training, without dropout and with a number of rows that is not fixed.",
        },
      );
    }
  }
}
