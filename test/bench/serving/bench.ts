import type { IrisProject } from "./iris.ts";
import type { MltContenders } from "./mlt.ts";

/** What every section needs. */
export interface Bench {
  readonly project: IrisProject;
  readonly mlt: MltContenders;
  readonly rounds: number;
  readonly seconds: number;
  /** For bodies, answers, models and the output of servers. */
  readonly dir: string;
}

export const connections = 32;
