import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { must } from "../serving/iris.ts";

/** What one fit took. */
export interface Fit {
  readonly seconds: number;
  /** Of all threads together: what is left to compare where others use the machine, too. */
  readonly cpuSeconds: number;
  /** The most memory that the process had while fitting, the data included, and how much of it came with the fit. */
  readonly peakMb: number;
  readonly fitMb: number;
  /** Area under the ROC curve of held-out rows. */
  readonly auc: number;
}

/** A model in one implementation. */
export interface Contender {
  readonly name: string;
  /** Fits it in a process of its own. */
  fit(folder: string, threads: number): Fit;
}

const here = import.meta.dirname;
const script = resolve(here, "../peers/train.py");

export function ours(model: string): Contender {
  return {
    name: "mlt",
    fit: (folder, threads) =>
      read(process.execPath, [join(here, "fit-one.ts"), model, folder, String(threads)]),
  };
}

/** @param python  of `installPeers` */
export function peer(python: string, name: string): Contender {
  return { name, fit: (folder, threads) => read(python, [script, "fit", name, folder, String(threads)]) };
}

/** Where the peers' Python is; undefined when they cannot be installed. */
export function installPeers(): string | undefined {
  console.error("installing scikit-learn and XGBoost, if they are not yet");
  const install = resolve(here, "../peers/install.sh");
  const { status, stdout, stderr } = spawnSync("bash", [install, "train"], { encoding: "utf8" });
  if (status === 0) return join(stdout.trim(), "python");
  console.error(stderr.trim());
  return undefined;
}

/** Writes scikit-learn's data sets, with their folds and its scores. */
export function writeDataSets(python: string, folder: string): void {
  must(python, [script, "sets", folder]);
}

function read(program: string, args: readonly string[]): Fit {
  const fit: Fit = JSON.parse(must(program, args));
  return fit;
}
