import type { Columns } from "./features/columns.ts";
import type { Feature } from "./features/feature-spec.ts";
import type { ImagePlan } from "./image/image-plan.ts";
import type { Frame } from "./learn/frame.ts";
import type { ByteWriter } from "./prediction-log/byte-writer.ts";
import type { LogLayout } from "./prediction-log/log-layout.ts";
import type { LogRecord, RefusedRecord } from "./prediction-log/log-record.ts";

/** One loaded ONNX graph. */
export interface InferenceSession {
  /**
   * Runs the graph on every row at once, as far as the outputs need it.
   * Resolves with those outputs by name: float outputs are Float32Array (row-major), text outputs string arrays.
   * Rejects when an input is missing or of the wrong type.
   */
  run(
    inputs: Columns,
    outputs: readonly string[],
  ): Promise<ReadonlyMap<string, Float32Array | readonly string[]>>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}

/** Loads a graph; rejects with `MltError` when the bytes are no model that this runtime can run. */
export type OpenSession = (onnx: Uint8Array) => Promise<InferenceSession>;

/** What core asks of a data frame library beyond reading columns. */
export interface FrameTools {
  /** The given rows, in that order. */
  take(frame: Frame, rows: ArrayLike<number>): Frame;
  /** The frame that a project's `processX` sees, in training and in serving alike; a missing value is null. */
  fromColumns(columns: Columns, features: readonly Feature[]): Frame;
}

/** An instance of the project's `Preprocessor`. */
export interface ProjectPreprocessor {
  splitXy(data: Frame): { readonly X: Frame; readonly y: unknown };
  /** `y` is what `processY` makes of the training targets. */
  fitX(X: Frame, y: unknown): unknown;
  processX(X: Frame): unknown;
  fitY(y: unknown): unknown;
  processY(y: unknown): unknown;
}

/** The code that a project's people wrote; a failure of theirs rejects with `MltError` and names their file and line. */
export interface ProjectCode {
  loadData(options: { readonly nRows?: number }): Promise<Frame>;
  newPreprocessor(): ProjectPreprocessor;
  trainModel(X: unknown, y: unknown): Promise<unknown>;
  /** What the project's `getClasses` says. */
  getClasses(model: unknown): readonly unknown[];
  /** The `Preprocessor` with all that it imports, as one JavaScript module. */
  bundlePreprocessor(): Promise<string>;
}

/** A program of the project's own that writes the model; a failure of its rejects with `MltError`. */
export interface TrainProgram {
  /** Who brings the rows, in an error: `DataLoader.loadData`, or `train.command`. */
  readonly loader: string;
  /** Every row: from the program, or from the project's DataLoader where it has one. */
  loadData(options: { readonly nRows?: number }): Promise<Frame>;
  /** Has it learn from the rows. Resolves with the ONNX file that it wrote. */
  writeModel(rows: Frame): Promise<Uint8Array>;
}

/** Loads a bundled `Preprocessor` and gives it back the state it was fitted to. */
export type OpenPreprocessor = (bundle: string) => Promise<ProjectPreprocessor>;

/** What an entry of the prediction log is of; the numbers are written to disk. */
export const entryKinds = { predictions: 1, feedback: 2 } as const;
export type EntryKind = (typeof entryKinds)[keyof typeof entryKinds];

/** One request's part of the prediction log, to be kept. */
export interface SpoolEntry {
  readonly kind: EntryKind;
  readonly layout: LogLayout;
  /** How many records it becomes. */
  readonly nRecords: number;
  /** Writes the entry's bytes, which only the layout explains; called at once. */
  readonly encode: (into: ByteWriter) => void;
}

/** Keeps entries of the prediction log on disk until every sink has them. */
export interface Spool {
  /**
   * Resolves once the entry is as safe as `durability` says, with true; with false where it could not be kept, which is
   * counted. Entries of one turn of the event loop are written together. What `encode` throws concerns that entry alone.
   */
  append(entry: SpoolEntry): Promise<boolean>;
  /** Why entries cannot be kept now, in words for an operator; `undefined` while they can. */
  trouble(): string | undefined;
  /** Records so far that some sink will never get, or that were not even kept. */
  lost(): number;
}

/** Takes records of the prediction log: Fluentd, MongoDB. */
export interface PredictionSink {
  /**
   * Resolves once the sink has acknowledged all records, in their order, but those that it will never take.
   * Rejects with `MltError` where it cannot be reached, does not answer in time or is in trouble: nobody knows which
   * records it has, and all are to be sent again. One call at a time.
   *
   * @returns the records that it refused for good; most often none
   */
  write(records: readonly LogRecord[]): Promise<readonly RefusedRecord[]>;
  /** Disconnects; what is not acknowledged by then is not. Safe to call twice. */
  close(): Promise<void>;
}

/** An image that was built, and that nobody else sees yet. */
export interface BuiltImage {
  readonly plan: ImagePlan;
  /** How the engine that built it finds it again. */
  readonly id: string;
  /** Of its layers, compressed where the engine knows that. */
  readonly sizeBytes: number;
}

/** An image under a name in a registry. */
export interface PushedImage {
  readonly reference: string;
  /** Of the manifest: `sha256:…`. */
  readonly digest: string;
  /** Bytes of layers that the registry did not have; absent where the engine does not tell. */
  readonly uploadedBytes?: number;
}

/** Builds images and brings them to a registry: Docker, or mlt itself. */
export interface ImageEngine {
  /** Resolves with the image; rejects with `MltError`, and leaves nothing half-built. */
  build(plan: ImagePlan): Promise<BuiltImage>;
  /**
   * Pushes the image under references such as `registry:5000/team/iris:1.2.0`; their tags appear last, or not at all.
   * Rejects with `MltError`, also where a tag has another image and may not be taken from it (`force`).
   */
  push(
    image: BuiltImage,
    references: readonly string[],
    options: { readonly force: boolean },
  ): Promise<readonly PushedImage[]>;
  /** Frees what it holds. Safe to call twice. */
  close(): Promise<void>;
}

/** A container that was started from an image. */
export interface RunningContainer {
  /** Where the port of its service is reached. */
  readonly url: URL;
  /** Resolves with its exit code; 128 and the signal's number where one ended it. */
  readonly ended: Promise<number>;
  /** Asks it to end by SIGTERM, and ends it by SIGKILL where it has not after so long. Resolves when it has ended. */
  stop(patienceMs: number): Promise<void>;
  /** Ends it, and removes all that it left. Safe to call twice. */
  remove(): Promise<void>;
}

/** Runs images as strictly as a cluster may: a root that is read-only, and no capabilities. */
export interface ImageRunner {
  /** How containers are kept apart from this machine, and how they are not; for people. */
  readonly apartness: string;
  /**
   * Starts an image, with nothing but a place for its spool to write to; each line that it says goes to `onLine`.
   * Rejects with `MltError` where it cannot be started, and leaves nothing.
   */
  start(image: BuiltImage, onLine: (line: string) => void): Promise<RunningContainer>;
  /** Runs a command in the image to its end, as strictly and without a network of its own, and leaves nothing. */
  run(image: BuiltImage, command: readonly [string, ...string[]]): Promise<RunOutcome>;
}

/** How a command in an image ended. */
export interface RunOutcome {
  readonly exitCode: number;
  /** What it said, on either stream. */
  readonly lines: readonly string[];
}
