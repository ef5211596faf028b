import { resolve } from "node:path";
import { parseArgs } from "node:util";

const sections = ["bare", "peers", "mixed", "memory"] as const;
type Section = (typeof sections)[number];

export interface ServeBenchOptions {
  readonly sections: ReadonlySet<Section>;
  /** How often each server is measured, in turn. */
  readonly rounds: number;
  /** How long one measurement lasts. */
  readonly seconds: number;
  /** The compiled mlt to measure. */
  readonly binary: string;
}

/**
 * Reads the command line; all sections but that of memory are the default.
 *
 * @throws {Error} that names a flag which is unknown, lacks its value, or is no whole number of at least 1
 */
export function serveBenchOptions(words: readonly string[], root: string): ServeBenchOptions {
  const { values } = parseArgs({
    args: [...words],
    strict: true,
    options: {
      bare: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      mixed: { type: "boolean", default: false },
      memory: { type: "boolean", default: false },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      binary: { type: "string", default: "dist/mlt" },
    },
  });
  const chosen = sections.filter((section) => values[section]);
  return {
    sections: new Set(chosen.length > 0 ? chosen : sections.filter((section) => section !== "memory")),
    rounds: count("--rounds", values.rounds),
    seconds: count("--seconds", values.seconds),
    binary: resolve(root, values.binary),
  };
}

function count(flag: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new Error(`Cannot read ${flag} "${text}" as a whole number of at least 1`);
  return Number(text);
}
