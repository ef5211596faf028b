import { forestWork } from "./forest/forest-work.ts";
import { softmaxWork } from "./logistic/softmax-work.ts";
import type { DoPart } from "./threads.ts";
import { growthWork } from "./trees/growth-work.ts";
import { sumWork } from "./trees/shared-sums.ts";

/** Every piece of work that can be shared among threads, by name. */
export const works: Readonly<Record<string, (shared: never) => DoPart>> = {
  [forestWork.name]: forestWork.prepare,
  [growthWork.name]: growthWork.prepare,
  [softmaxWork.name]: softmaxWork.prepare,
  [sumWork.name]: sumWork.prepare,
};
