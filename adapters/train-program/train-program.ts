import { rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { Feature, FeatureSpec } from "../../core/features/feature-spec.ts";
import type { Frame } from "../../core/learn/frame.ts";
import type { TrainProgram } from "../../core/ports.ts";
import { onInterrupt } from "../on-interrupt.ts";
import { type DataFormat, readDataFile, writeDataFile } from "../polars/data-files.ts";
import { loadPolars } from "../polars/load-polars.ts";
import { ownedPath } from "../temporary-folder.ts";
import { commandPath } from "./command-path.ts";
import { groupProcess } from "./group-process.ts";
import { programFailure } from "./program-failure.ts";
import { requireOutput } from "./require-output.ts";

export interface TrainProgramOptions {
  /** The program and its arguments; `load` or `train` follows. */
  readonly command: readonly string[];
  /** The project's folder, in which it runs. */
  readonly root: string;
  readonly spec: FeatureSpec;
  readonly seed: number;
  /** How many CPUs it may use; all where it is left out. */
  readonly threads: number | undefined;
  /** Of the files that rows are handed over in. */
  readonly format: DataFormat;
  /** The project's own loader; the program is asked for the rows where there is none. */
  readonly loadData: TrainProgram["loadData"] | undefined;
  /** Called with each line that the program says. */
  readonly onLine: (line: string) => void;
}

type Step = "load" | "train";

/** The program of `train.command`: every call of it is told by variables what to read and what to write. */
export function trainProgram(options: TrainProgramOptions): TrainProgram {
  const { format } = options;
  return {
    loader: options.loadData === undefined ? "train.command" : "DataLoader.loadData",
    loadData:
      options.loadData ??
      (({ nRows }) =>
        inFolder(async (folder) => {
          const output = join(folder, `data.${format}`);
          const rows = nRows === undefined ? {} : { MLT_N_ROWS: String(nRows) };
          await run("load", { folder, output, variables: rows }, options);
          return await guarded(folder, () => readRows(output, options));
        })),
    writeModel: (rows) =>
      inFolder(async (folder) => {
        const { DataFrame } = await loadPolars();
        if (!DataFrame.isDataFrame(rows)) throw new RangeError("Only a polars DataFrame can be written");
        const input = join(folder, `train.${format}`);
        const output = join(folder, "model.onnx");
        await guarded(folder, () => writeDataFile(rows, input));
        await run("train", { folder, output, variables: { MLT_INPUT: input } }, options);
        return await guarded(folder, () => readFile(output));
      }),
  };
}

async function readRows(path: string, { spec, format }: TrainProgramOptions): Promise<Frame> {
  return await readDataFile(path, [...spec.features, targetOf(spec)]).catch((cause: unknown) => {
    if (!(cause instanceof MltError)) throw cause;
    throw new MltError(cause.message.replace(`"${path}"`, "the rows that the program wrote"), {
      hint: `Write them to MLT_OUTPUT as ${format}, an empty field for a missing value, or set train.data_format.`,
      cause,
    });
  });
}

/** The target as a column to read: a label stays the text that it is. */
function targetOf({ task, target }: FeatureSpec): Feature {
  return { name: target, type: task === "regression" ? "number" : "string", nullable: false };
}

interface Call {
  readonly folder: string;
  /** The file that it has to write. */
  readonly output: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function run(
  step: Step,
  { folder, output, variables }: Call,
  options: TrainProgramOptions,
): Promise<void> {
  const { command, root, spec, seed, threads, onLine } = options;
  const features = join(folder, "features.json");
  await intoTemporary(() => writeFile(features, JSON.stringify(spec)));
  const last = { stdout: "", stderr: "" };
  const [program = "", ...args] = command;
  const exitCode = await groupProcess({
    command: [commandPath(program, root), ...args, step],
    cwd: root,
    env: {
      // Python keeps back what it prints to a pipe until it ends.
      PYTHONUNBUFFERED: "1",
      // And has its sets in another order each time, which reaches the bytes of a model.
      PYTHONHASHSEED: String(seed),
      ...process.env,
      MLT_OUTPUT: output,
      MLT_FEATURES: features,
      MLT_SEED: String(seed),
      ...(threads === undefined ? {} : { MLT_THREADS: String(threads) }),
      ...variables,
    },
    onLine: (line, from) => {
      if (line.trim() !== "") last[from] = line.trim();
      onLine(line);
    },
    cleanUp: () => remove(folder),
  });
  const shown = [...command, step].join(" ");
  if (exitCode !== 0) {
    throw programFailure({ shown, command, root, exitCode, lastLine: last.stderr || last.stdout });
  }
  await requireOutput(output, shown);
}

/** A folder for one call, which is gone afterwards. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await intoTemporary(async () => {
    const path = await ownedPath(join(tmpdir(), "mlt-train-"));
    await mkdir(path, { mode: 0o700 });
    return path;
  });
  try {
    return await work(folder);
  } finally {
    remove(folder);
  }
}

/** @throws {MltError} external: where there is no such folder, or no room in it */
async function intoTemporary<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    throw new MltError(
      `Cannot write to the folder for temporary files: ${cause instanceof Error ? cause.message : cause}`,
      {
        hint: "Make room there, or set TMPDIR to a folder that may be written.",
        exitCode: ExitCode.external,
        cause,
      },
    );
  }
}

/** Works on the folder while no program does: a signal that ends mlt meanwhile leaves nothing of it. */
async function guarded<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const stop = onInterrupt(() => remove(folder));
  try {
    return await work();
  } finally {
    stop();
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
