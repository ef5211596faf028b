import { statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type WatchOptions, watchFiles } from "../../adapters/watch-files.ts";

/** Long enough never to come in a test. */
export const never = 3_600_000;

export interface Watched {
  /** The next change that is told: names from the folder, in order. */
  next(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Watches names in a folder until the block ends; what is told is kept until it is asked for. */
export async function watched(
  folder: string,
  names: readonly string[],
  options: Partial<WatchOptions> = {},
): Promise<Watched> {
  nextTick(folder);
  const told: (readonly string[])[] = [];
  const asked: ((changed: readonly string[]) => void)[] = [];
  const watch = await watchFiles({
    paths: names.map((name) => join(folder, name)),
    quietMs: 50,
    onChange: async (changed) => {
      const shown = changed.map((path) => relative(folder, path));
      const ask = asked.shift();
      if (ask === undefined) told.push(shown);
      else ask(shown);
    },
    ...options,
  });
  return {
    next: () => {
      const first = told.shift();
      return first === undefined ? new Promise((resolve) => asked.push(resolve)) : Promise.resolve(first);
    },
    [Symbol.asyncDispose]: () => watch.close(),
  };
}

/** Returns when the clock of the file system has moved on: what is written next has another time than what is there. */
function nextTick(folder: string): void {
  const probe = join(folder, ".tick");
  const now = () => {
    writeFileSync(probe, "");
    return statSync(probe).mtimeMs;
  };
  const first = now();
  while (now() === first);
}
