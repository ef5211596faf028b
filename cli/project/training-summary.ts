import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { mainMetric } from "../../core/model/evaluate.ts";
import type { Trained } from "../../core/model/train-model.ts";
import { metricText } from "../output.ts";

/**
 * What a training made, as git takes the message of a commit: a line with the score that counts, then all scores on the
 * held-out rows and what the model was made of.
 */
function trainingSummary({ artifact: { card }, comparison }: Trained): string {
  const scores = Object.entries(card.metrics.test).map(([name, value]) => {
    const before = comparison?.inPlace[name];
    return `${name} ${metricText(value)}${before === undefined ? "" : ` (${metricText(before)} before)`}`;
  });
  const main = mainMetric(card.task);
  const subject = scores.find((score) => score.startsWith(`${main} `)) ?? card.id;
  return [
    `Train ${card.name} ${card.version}: ${subject}`,
    "",
    ...scores,
    "",
    `Model ${card.id}, a ${card.estimator.name} with seed ${card.seed}`,
    `Data sha256:${card.data_sha256}`,
    "",
  ].join("\n");
}

/** Makes the folder of the summary, and looks whether it can be written. @throws {MltError} external: when it cannot */
export async function checkSummaryPath(path: string): Promise<void> {
  await orCannotWrite(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await (await open(path, "a")).close();
  });
}

/** Writes the summary. @throws {MltError} external: when it cannot be written */
export async function writeTrainingSummary(path: string, trained: Trained): Promise<void> {
  await orCannotWrite(path, () => writeFile(path, trainingSummary(trained)));
}

async function orCannotWrite(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new MltError(
      `Cannot write the summary to "${path}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: "Check that the place is writable and has room.", exitCode: ExitCode.external, cause },
    );
  }
}
