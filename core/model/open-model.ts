import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { FrameTools, InferenceSession, OpenPreprocessor, OpenSession } from "../ports.ts";
import { outputNames } from "./export-graph.ts";
import { restoreState } from "./fitted-preprocessor.ts";
import { checkGolden, goldenColumns } from "./golden.ts";
import type { ModelCard } from "./model-card.ts";
import { toPredictions } from "./predictions.ts";
import { type Predictor, type PrepareRows, processedRows, scoreRows } from "./predictor.ts";

/** Files of a model whose hashes were checked. */
export interface ModelFiles {
  readonly card: ModelCard;
  readonly onnx: Uint8Array;
  /** The text of preprocessor.js, where the project wrote a `processX` of its own. */
  readonly preprocessor?: string;
}

export interface ModelRuntime {
  readonly openSession: OpenSession;
  readonly openPreprocessor: OpenPreprocessor;
  /** Called only for a model with a preprocessor.js: a model that needs no code needs no data frames. */
  readonly frameTools: () => Promise<FrameTools>;
}

/**
 * Loads a model and asks it its golden requests, which also warms it up.
 *
 * @throws {MltError} when the graph cannot be loaded or an answer is not the kept one
 */
export async function openModel(files: ModelFiles, runtime: ModelRuntime): Promise<Predictor> {
  const { card } = files;
  const prepare = await openPreparation(files, runtime);
  const session = await runtime.openSession(files.onnx);
  const score: Predictor["score"] = async (columns) => await scoreRows(session, card.task, prepare(columns));
  const predictor: Predictor = {
    card,
    score,
    predict: async (columns) => toPredictions(card.task, card.classes, await score(columns)),
    close: () => session.close(),
  };
  try {
    const golden = goldenColumns(card.golden, card.features);
    if (card.task === "classification") await checkClassOrder(session, card, prepare(golden));
    checkGolden(card.golden, await predictor.predict(golden));
  } catch (cause) {
    await session.close();
    if (cause instanceof MltError) throw cause;
    throw new MltError(`The model cannot answer its golden requests: ${messageOf(cause)}`, {
      hint: "Train the model again with mlt train, or put the folder back as it was written.",
      cause,
    });
  }
  return predictor;
}

async function openPreparation(files: ModelFiles, runtime: ModelRuntime): Promise<PrepareRows> {
  const { card, preprocessor } = files;
  if (card.preprocessor === undefined) return (columns) => columns;
  if (preprocessor === undefined)
    throw new MltError("The model needs its preprocessor.js, and there is none");
  const { columns, state } = card.preprocessor;
  return processedRows({
    preprocessor: restoreState(await runtime.openPreprocessor(preprocessor), state),
    columns,
    features: card.features,
    frames: await runtime.frameTools(),
  });
}

/** The graph names its classes itself: they must stand in the order in which the card has them. */
async function checkClassOrder(
  session: InferenceSession,
  { classes, task }: ModelCard,
  rows: Columns,
): Promise<void> {
  const { label, probabilities } = outputNames;
  const outputs = await session.run(rows, [label, probabilities]);
  const scores = outputs.get(probabilities);
  if (scores instanceof Float32Array && scores.length === rows.nRows * classes.length) {
    const predictions = toPredictions(task, classes, scores);
    const said = outputs.get(label) ?? [];
    if (predictions.task === "classification" && predictions.labels.every((name, row) => name === said[row]))
      return;
  }
  throw new MltError(
    "The classes in model.json are not those of the model, in the order of its probabilities",
    { hint: "Train the model again with mlt train, or put the folder back as it was written." },
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
