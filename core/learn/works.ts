import { forestWork } from "./ensemble/forest/forest-work.ts";
import { growthWork } from "./ensemble/trees/growth-work.ts";
import { sumWork } from "./ensemble/trees/shared-sums.ts";
import { softmaxWork } from "./linear/logistic/softmax-work.ts";
import type { DoPart } from "./threads.ts";

/** Every piece of work that can be shared among threads, by name. */
export const works: Readonly<Record<string, (shared: never) => DoPart>> = {
  [forestWork.name]: forestWork.prepare,
  [growthWork.name]: growthWork.prepare,
  [softmaxWork.name]: softmaxWork.prepare,
  [sumWork.name]: sumWork.prepare,
};
