import { readModel } from "../../adapters/model-store.ts";
import { type Watch, type WatchOptions, watchFiles } from "../../adapters/watch-files.ts";
import type { ModelFiles } from "../../core/model/open-model.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { oneAtATime } from "../../core/one-at-a-time.ts";
import type { Service } from "../../core/service/app.ts";
import { openVerified } from "./load-model.ts";
import { clientChange, modelChange, modelName } from "./model-change.ts";

export interface WatchModelOptions extends Pick<WatchOptions, "quietMs" | "pollMs"> {
  readonly modelDir: string;
  readonly service: Pick<Service, "replace" | "refuseModel">;
  /** The model that answers. */
  readonly predictor: Predictor;
  /** How many CPUs one run of a large graph may use. */
  readonly threads: number;
  /** How long a folder that is not whole may stay so before it is told: files are copied one after the other. */
  readonly patienceMs?: number;
  /** Where it is told what happens. */
  readonly tell: ModelNews;
}

/** What there is to tell of models that come while the service answers. */
export interface ModelNews {
  /** Another model answers, or the folder is whole again. */
  say(text: string): void;
  /** A model was refused, or clients have to change. */
  warn(text: string): void;
}

/**
 * Lets the service answer with every whole and verified model that appears in the folder; of any other the model that
 * answers takes no notice but a line. `close` closes the model that answers, too: no request may be left then.
 */
export async function watchModel(options: WatchModelOptions): Promise<Watch> {
  const { modelDir, patienceMs = 2_000, quietMs, pollMs } = options;
  const swap = modelSwap(options);
  let patientUntilMs = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = oneAtATime(async () => {
    clearTimeout(timer);
    const leftMs = patientUntilMs - performance.now();
    if (closed || (await swap.take(leftMs > 0)) || closed) return;
    timer = setTimeout(() => void look(), leftMs);
  });
  const lookAtNew = async () => {
    patientUntilMs = performance.now() + patienceMs;
    await look();
  };
  const watching = await watchFiles({
    paths: [modelDir],
    onChange: lookAtNew,
    ...(quietMs === undefined ? {} : { quietMs }),
    ...(pollMs === undefined ? {} : { pollMs }),
  });
  // What was put there since the model that answers was read.
  await lookAtNew();
  return {
    close: async () => {
      closed = true;
      await watching.close();
      await look();
      await swap.close();
    },
  };
}

function modelSwap({ modelDir, service, predictor, threads, tell }: WatchModelOptions) {
  let answering = predictor;
  let complaint: string | undefined;
  const refuse = (cause: unknown) => {
    const reason = messageOf(cause);
    if (reason !== complaint) {
      service.refuseModel();
      tell.warn(`${reason}; still answering with ${modelName(answering.card)}`);
    }
    complaint = reason;
  };
  const replace = async (next: Predictor) => {
    const before = answering;
    let retired: Promise<void>;
    try {
      retired = service.replace(next);
    } catch (cause) {
      await next.close();
      throw cause;
    }
    answering = next;
    complaint = undefined;
    announce(tell, before, next);
    retired
      .then(() => before.close())
      .catch((cause: unknown) => tell.warn(`Cannot close a model: ${messageOf(cause)}`));
  };
  const settle = async (files: ModelFiles) => {
    if (isSame(files, answering)) {
      if (complaint !== undefined) tell.say(`The model is whole again: ${modelName(answering.card)}`);
      complaint = undefined;
      return;
    }
    try {
      await replace(await openVerified(files, threads));
    } catch (cause) {
      refuse(cause);
    }
  };
  return {
    /** @returns whether there is no more to do: not where the folder is not whole yet, and the caller is patient */
    async take(isPatient: boolean): Promise<boolean> {
      try {
        const files = await readModel(modelDir);
        await settle(files);
      } catch (cause) {
        if (isPatient) return false;
        refuse(cause);
      }
      return true;
    },
    close: () => answering.close(),
  };
}

/** Also what is no hash of a file, such as the names of the classes, makes another model. */
function isSame({ card }: ModelFiles, answering: Predictor): boolean {
  return JSON.stringify(card) === JSON.stringify(answering.card);
}

function announce(tell: ModelNews, before: Predictor, after: Predictor): void {
  const clients = clientChange(before.card, after.card);
  const text = modelChange(before.card, after.card);
  if (clients === undefined) tell.say(text);
  else tell.warn(`${text}; clients have to change: ${clients}`);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
