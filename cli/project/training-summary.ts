import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { mainMetric } from "../../core/model/evaluate.ts";
import type { Trained } from "../../core/model/train-model.ts";
import { metricText } from "../output.ts";

/**
 * What a training made, as git takes the message of a commit: a line with the score that counts, then all scores on the
 * held-out rows and what the model was made of.
 */
function trainingSummary({ artifact: { card }, inPlace }: Trained): string {
  const scores = Object.entries(card.metrics.test).map(([name, value]) => {
    const before = inPlace?.[name];
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

/** Writes the summary, in a folder that is made. @throws {MltError} external: when it cannot be written */
export async function writeTrainingSummary(path: string, trained: Trained): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, trainingSummary(trained));
  } catch (cause) {
    throw new MltError(
      `Cannot write the summary to "${path}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: "Check that the place is writable and has room.", exitCode: ExitCode.external, cause },
    );
  }
}
