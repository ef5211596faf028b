import { statSync } from "node:fs";

/** When a training ran, in milliseconds since the epoch. */
export interface Period {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Written by people alone, however often they save. */
const code = /\.(?:[cm]?[jt]sx?|ya?ml|py)$/;

/**
 * Tells what people change from what trainings write among the sources, such as a loader's cache: it would make each
 * training the cause of the next.
 *
 * @param found  called once for each file that two trainings in a row have written
 * @returns what is left of changed files without those
 */
export function withoutOwnWrites(
  found: (path: string) => void,
): (changed: readonly string[], training?: Period) => string[] {
  const own = new Set<string>();
  let suspects: readonly string[] = [];
  return (changed, training) => {
    const written = changed.filter((path) => training !== undefined && wasWritten(path, training));
    for (const path of written) {
      if (!suspects.includes(path) || own.has(path)) continue;
      own.add(path);
      found(path);
    }
    suspects = written;
    return changed.filter((path) => !own.has(path));
  };
}

function wasWritten(path: string, { startedMs, endedMs }: Period): boolean {
  if (code.test(path)) return false;
  const mtimeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
  return mtimeMs >= startedMs && mtimeMs <= endedMs;
}
