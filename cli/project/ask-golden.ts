import { ExitCode, MltError } from "../../core/errors.ts";
import { answeredPredictions } from "../../core/model/answered-predictions.ts";
import { checkGolden } from "../../core/model/golden.ts";
import type { ModelCard } from "../../core/model/model-card.ts";

/** A service that is asked for predictions, to see whether it answers as it should. */
export interface AskedService {
  /** With a slash at its end, where it is below a path. */
  readonly url: URL;
  /** Beside the content type, such as who asks. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether HTTPS must prove whom it speaks with. Default true. */
  readonly verifies?: boolean;
}

/** A request for predictions. */
interface Asked {
  readonly route: string;
  readonly body: string;
  /** What it is, for errors. */
  readonly what: string;
}

const timeoutMs = 30_000;

/**
 * Sends a service what its model was asked when it was trained, which it must answer as the model did.
 *
 * @returns how many rows it was asked for
 * @throws {MltError} external: when it does not answer, or otherwise than it should; "it" is the service
 */
export async function askGolden(service: AskedService, card: ModelCard): Promise<number> {
  const { golden } = card;
  const body = JSON.stringify(golden.map(({ row }) => row));
  const what = "the golden requests";
  const ask = (route: string) => askPredictions(service, { route, body, what });
  const answers = await ask("api/predictions");
  const probabilities = card.task === "regression" ? [] : await ask("api/proba_predictions");
  const predictions = answeredPredictions(card, answers, probabilities);
  if (predictions === undefined) {
    throw new MltError("it answers in another form than it should", { exitCode: ExitCode.external });
  }
  checkGolden(golden, predictions);
  return golden.length;
}

/** Sends a service one request. @throws {MltError} external: when it does not answer it with predictions */
export async function askPredictions(
  { url, headers, verifies = true }: AskedService,
  { route, body, what }: Asked,
): Promise<unknown> {
  let status: number;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(route, url), {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      ...{ body, signal },
      ...(verifies ? {} : { tls: { rejectUnauthorized: false } }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    status = response.status;
  } catch (cause) {
    throw new MltError(`it does not answer ${what}`, { exitCode: ExitCode.external, cause });
  }
  throw new MltError(`it refuses ${what} with ${status}`, {
    hint:
      status === 401
        ? "Set MLT_SERVE__API_KEYS to a key that it takes."
        : "Send them to mlt serve, which says why it refuses them.",
    exitCode: ExitCode.external,
  });
}
