import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainTestSplit } from "../../../core/learn/split/train-test-split.ts";

/** One flower, by the names of its features. */
export type Row = Readonly<Record<string, number>>;

export const species = ["setosa", "versicolor", "virginica"] as const;

export interface IrisProject {
  readonly dir: string;
  /** Its 150 rows, without the species. */
  readonly rows: readonly Row[];
  /** A CSV file of the rows, species included, that `mlt train` learned from. */
  readonly training: string;
}

/** Makes the project of `mlt init` in a folder, and trains it. */
export function irisProject(mlt: string, dir: string): IrisProject {
  must(mlt, ["init", dir]);
  must(mlt, ["train", "--dir", dir]);
  const [head = "", ...lines] = readFileSync(join(dir, "source/data/iris.csv"), "utf8").trim().split("\n");
  const cells = lines.map((line) => line.split(","));
  const names = head.split(",").slice(0, -1);
  const rows = cells.map((row) => Object.fromEntries(names.map((name, at) => [name, Number(row[at])])));
  const { train } = trainTestSplit({
    ...{ nRows: rows.length, testSize: 0.2, seed: 42 },
    stratify: cells.map((row) => row.at(-1) ?? ""),
  });
  const training = join(dir, "training.csv");
  writeFileSync(training, [head, ...Array.from(train, (row) => lines[row]), ""].join("\n"));
  return { dir, rows, training };
}

/** As many rows as asked for, of all species: the file has them one after the other. */
export function mixedRows(rows: readonly Row[], count: number): Row[] {
  // 7 and 150 have no common divisor, so every row has its turn.
  return Array.from({ length: count }, (_, at) => rows[(at * 7) % rows.length] ?? {});
}

/** Runs a program to its end and returns its stdout; throws its stderr if it fails. */
export function must(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  return stdout;
}
