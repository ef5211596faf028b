import { randomUUID } from "node:crypto";
import { readModel } from "../../adapters/model-store.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { askGolden } from "./ask-golden.ts";
import { openProject } from "./open-project.ts";
import type { FoundService } from "./read-status.ts";

/**
 * Asks a service what the model in model_bin was asked when it was trained; with the first key of `serve.api_keys`,
 * where there are some.
 *
 * @returns how many rows it was asked for
 * @throws {MltError} external: when it answers with another model, or otherwise than this one did
 */
export async function goldenStatus(dir: string, { url, verifies, status }: FoundService): Promise<number> {
  const { config, modelDir } = await openProject(dir);
  const { card } = await readModel(modelDir);
  const failure = (reason: string, hint: string, cause?: unknown) =>
    new MltError(`The service at ${url} fails its golden requests: ${reason}`, {
      hint,
      exitCode: ExitCode.external,
      cause,
    });
  if (status.model?.id !== card.id) {
    throw failure(
      `it answers with the model ${status.model?.id ?? "of no id"}, and ${config.model_bin} holds ${card.id}`,
      `Restart it with the model in ${config.model_bin}, or put the one that it answers with there.`,
    );
  }
  const [key] = config.serve.api_keys ?? [];
  const headers = {
    // By which whoever reads its log knows them.
    "x-request-id": `mlt-status-${randomUUID()}`,
    ...(key !== undefined && { "x-api-key": key }),
  };
  try {
    return await askGolden({ url: new URL(`${url}/`), verifies, headers }, card);
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    const hint = cause.exitCode === ExitCode.external ? cause.hint : undefined;
    throw failure(cause.message, hint ?? "Look at the log of the service.", cause);
  }
}
