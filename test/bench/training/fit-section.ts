import { join } from "node:path";
import { median, ratios, spread } from "../serving/statistics.ts";
import { printTable, whole } from "../serving/table.ts";
import type { Contender, Fit } from "./contenders.ts";
import { writeRows } from "./rows.ts";

export interface FitSection {
  readonly title: string;
  /** The first is compared with the others. */
  readonly contenders: readonly Contender[];
  readonly rows: readonly number[];
  readonly threads: readonly number[];
  readonly rounds: number;
  /** For the rows. */
  readonly dir: string;
}

/** All fits of one contender on as many rows, with as many threads. */
export interface FitResult {
  readonly name: string;
  readonly nRows: number;
  readonly threads: number;
  readonly fits: readonly Fit[];
}

/** Fits every contender in turn, round after round, and prints a table for each number of rows. */
export function fitSection(section: FitSection): FitResult[] {
  return section.rows.flatMap((nRows) => {
    const folder = join(section.dir, `rows-${nRows}`);
    writeRows(folder, nRows);
    console.log(
      `${section.title}, ${whole(nRows)} rows: median of ${section.rounds} fits (lowest to highest)\n`,
    );
    const results = section.threads.flatMap((threads) => fitAll(section, { folder, nRows, threads }));
    printResults(results);
    return results;
  });
}

function fitAll(
  { contenders, rounds }: FitSection,
  { folder, nRows, threads }: { readonly folder: string; readonly nRows: number; readonly threads: number },
): FitResult[] {
  const fits = contenders.map((): Fit[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) fits[index]?.push(contender.fit(folder, threads));
  }
  return contenders.map(({ name }, index) => ({ name, nRows, threads, fits: fits[index] ?? [] }));
}

function printResults(results: readonly FitResult[]): void {
  const head = ["", "threads", "seconds", "÷ mlt", "CPU s", "÷ mlt", "AUC", "peak MB", "of the fit"];
  const rows = results.map(({ name, threads, fits }) => {
    const own = results.find((other) => other.name === "mlt" && other.threads === threads)?.fits ?? fits;
    const of = (key: keyof Fit, all = fits) => all.map((fit) => fit[key]);
    const ratio = (key: "seconds" | "cpuSeconds") => median(ratios(of(key), of(key, own))).toFixed(2);
    return [
      ...[name, String(threads)],
      ...[spread(of("seconds"), 2), ratio("seconds")],
      ...[median(of("cpuSeconds")).toFixed(2), ratio("cpuSeconds")],
      ...[median(of("auc")).toFixed(4), whole(median(of("peakMb"))), whole(median(of("fitMb")))],
    ];
  });
  printTable(head, rows);
}
