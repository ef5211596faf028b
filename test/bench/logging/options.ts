import { resolve } from "node:path";
import { parseArgs } from "node:util";

const sections = ["rates", "outage", "kills"] as const;
type Section = (typeof sections)[number];

export interface LogBenchOptions {
  readonly sections: ReadonlySet<Section>;
  /** How often each server is measured, in turn. */
  readonly rounds: number;
  /** How long one measurement lasts. */
  readonly seconds: number;
  /** How long both sinks are down under load. */
  readonly outageSeconds: number;
  /** How often the service is killed. */
  readonly kills: number;
  /** The compiled mlt to measure. */
  readonly binary: string;
}

/**
 * Reads the command line; without a section, all of them run.
 *
 * @throws {Error} that names a flag which is unknown, lacks its value, or is no whole number of at least 1
 */
export function logBenchOptions(words: readonly string[], root: string): LogBenchOptions {
  const { values } = parseArgs({
    args: [...words],
    strict: true,
    options: {
      rates: { type: "boolean", default: false },
      outage: { type: "boolean", default: false },
      kills: { type: "boolean", default: false },
      rounds: { type: "string", default: "7" },
      seconds: { type: "string", default: "4" },
      "outage-seconds": { type: "string", default: "60" },
      times: { type: "string", default: "50" },
      binary: { type: "string", default: "dist/mlt" },
    },
  });
  const chosen = sections.filter((section) => values[section]);
  return {
    sections: new Set(chosen.length > 0 ? chosen : sections),
    rounds: count("--rounds", values.rounds),
    seconds: count("--seconds", values.seconds),
    outageSeconds: count("--outage-seconds", values["outage-seconds"]),
    kills: count("--times", values.times),
    binary: resolve(root, values.binary),
  };
}

function count(flag: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new Error(`Cannot read ${flag} "${text}" as a whole number of at least 1`);
  return Number(text);
}
