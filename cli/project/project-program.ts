import { trainProgram } from "../../adapters/train-program/train-program.ts";
import { loadDataLoader } from "../../adapters/user-project/project-code.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import type { TrainProgram } from "../../core/ports.ts";
import { say, style } from "../output.ts";
import type { Project } from "./open-project.ts";

/** The program of `train.command`, with the project's own DataLoader where there is one. */
export async function projectProgram(
  { root, sourceDir, config: { train } }: Project,
  command: readonly string[],
  spec: FeatureSpec,
): Promise<TrainProgram> {
  return trainProgram({
    command,
    root,
    spec,
    seed: train.seed,
    threads: train.threads,
    format: train.data_format,
    loadData: await loadDataLoader({ root, source: sourceDir }),
    // A step that goes on is drawn without an end of its line.
    onLine: (line) => say(`${process.stderr.isTTY ? "\r\x1b[K" : ""}  ${style("dim", line)}`),
  });
}
