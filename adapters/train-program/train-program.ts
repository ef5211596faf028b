import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { Feature, FeatureSpec } from "../../core/features/feature-spec.ts";
import type { Frame } from "../../core/learn/frame.ts";
import type { TrainProgram } from "../../core/ports.ts";
import { type DataFormat, readDataFile, writeDataFile } from "../polars/data-files.ts";
import { loadPolars } from "../polars/load-polars.ts";
import { commandPath } from "./command-path.ts";
import { groupProcess } from "./group-process.ts";

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
          return await readRows(output, options);
        })),
    writeModel: (rows) =>
      inFolder(async (folder) => {
        const { DataFrame } = await loadPolars();
        if (!DataFrame.isDataFrame(rows)) throw new RangeError("Only a polars DataFrame can be written");
        const input = join(folder, `train.${format}`);
        const output = join(folder, "model.onnx");
        await writeDataFile(rows, input);
        await run("train", { folder, output, variables: { MLT_INPUT: input } }, options);
        return await readFile(output);
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
  await writeFile(features, JSON.stringify(spec));
  let lastLine = "";
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
    onLine: (line) => {
      if (line.trim() !== "") lastLine = line.trim();
      onLine(line);
    },
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  });
  const shown = [...command, step].join(" ");
  if (exitCode !== 0) {
    throw new MltError(
      `"${shown}" ended with exit code ${exitCode}${lastLine === "" ? "" : `: ${lastLine}`}`,
      {
        hint: "Mend the program, or train.command in config.yaml.",
        exitCode: ExitCode.external,
      },
    );
  }
  await requireOutput(output, shown);
}

async function requireOutput(output: string, shown: string): Promise<void> {
  await stat(output).catch((cause: unknown) => {
    throw new MltError(`"${shown}" ended without an error, and wrote no file to MLT_OUTPUT`, {
      hint: `Write ${output.endsWith(".onnx") ? "the model as ONNX" : "the rows"} to the file that the variable MLT_OUTPUT names.`,
      exitCode: ExitCode.external,
      cause,
    });
  });
}

/** A folder for one call, which is gone afterwards. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "mlt-train-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
