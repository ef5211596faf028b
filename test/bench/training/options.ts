import { parseArgs } from "node:util";

const sections = ["boosting", "forest", "logistic", "datasets", "growth"] as const;
export type TrainSection = (typeof sections)[number];

export interface TrainBenchOptions {
  readonly sections: ReadonlySet<TrainSection>;
  /** Rows to learn from, smaller numbers first. */
  readonly rows: readonly number[];
  readonly threads: readonly number[];
  /** How often each model is fitted, in turn. */
  readonly rounds: number;
  /** Where all results go as JSON. */
  readonly json: string | undefined;
}

/**
 * Reads the command line; all sections but that of growth are the default. `--quick` is one round of 20,000 rows.
 *
 * @throws {Error} that names a flag which is unknown, lacks its value, or is no whole number of at least 1
 */
export function trainBenchOptions(words: readonly string[]): TrainBenchOptions {
  const { values } = parseArgs({
    args: [...words],
    strict: true,
    options: {
      boosting: { type: "boolean", default: false },
      forest: { type: "boolean", default: false },
      logistic: { type: "boolean", default: false },
      datasets: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      rows: { type: "string" },
      threads: { type: "string", default: "1,2" },
      rounds: { type: "string" },
      json: { type: "string" },
    },
  });
  const chosen = sections.filter((section) => values[section]);
  return {
    sections: new Set(chosen.length > 0 ? chosen : sections.filter((section) => section !== "growth")),
    rows: counts("--rows", values.rows ?? (values.quick ? "20000" : "100000,1000000")),
    threads: counts("--threads", values.threads),
    rounds: counts("--rounds", values.rounds ?? (values.quick ? "1" : "3"))[0] ?? 1,
    json: values.json,
  };
}

function counts(flag: string, text: string): number[] {
  return text.split(",").map((word) => {
    if (/^[1-9]\d*$/.test(word)) return Number(word);
    throw new Error(`${flag} needs whole numbers of at least 1, not "${text}"`);
  });
}
