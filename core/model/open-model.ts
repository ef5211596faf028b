import { MltError } from "../errors.ts";
import type { FrameTools, OpenPreprocessor, OpenSession } from "../ports.ts";
import { restoreState } from "./fitted-preprocessor.ts";
import { checkClassOrder, checkGolden, goldenColumns } from "./golden.ts";
import type { ModelCard } from "./model-card.ts";
import { type Predictor, type PrepareRows, predictRows, processedRows } from "./predictor.ts";

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
  const predictor: Predictor = {
    card,
    predict: (columns) => predictRows(session, card.task, prepare(columns)),
    close: () => session.close(),
  };
  try {
    const predictions = await predictor.predict(goldenColumns(card.golden, card.features));
    checkGolden(card.golden, predictions);
    checkClassOrder(card.classes, predictions);
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

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
