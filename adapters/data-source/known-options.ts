import { MltError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";

/** The options of a loader, all of them: the compiler sees to that. */
export type KnownOptions<Options> = Readonly<Record<keyof Options, true>>;

/** @throws {MltError} for an option that the loader does not have: a misspelt one would go unnoticed */
export function refuseUnknown<Options extends object>(
  called: string,
  options: Options,
  known: KnownOptions<Options>,
): void {
  const names = Object.keys(known);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const guess = nearest(name, names);
    throw new MltError(
      `${called} has no option "${name}"${guess === undefined ? "" : `; did you mean "${guess}"?`}`,
      { hint: `Pass some of ${names.join(", ")}.` },
    );
  }
}
