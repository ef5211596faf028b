import { ExitCode, MltError } from "../core/errors.ts";

/** The flag of the verbs that wait for a rollout. */
export const timeoutFlag = {
  timeout: {
    type: "string",
    default: "5m",
    valueHint: "time",
    description: "How long the pods may take until all are ready, such as 90s or 5m",
  },
} as const;

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const longestMs = 24 * 3_600_000;

/** Reads `--timeout`: `90s`, `5m`, `1h`. @returns milliseconds @throws {MltError} usage */
export function timeoutMs(text: string): number {
  const [, digits, unit = ""] = /^(\d{1,6})([smh])$/.exec(text.trim()) ?? [];
  const found = Number(digits) * (unitMs[unit] ?? Number.NaN);
  if (found >= 1_000 && found <= longestMs) return found;
  throw new MltError(`Cannot read --timeout "${text}" as a time`, {
    hint: "Give seconds, minutes or hours from 1s to 24h, such as 90s or 5m.",
    exitCode: ExitCode.usage,
  });
}
