import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Contender } from "./contender.ts";

const script = resolve(import.meta.dirname, "../peers/bare.ts");

/** Bun alone, which answers to a contender's requests what the contender answered once; `processes` share the port. */
export function bareContender(like: Contender, answer: string, processes: number, dir: string): Contender {
  const path = join(dir, `answer-${Bun.hash(answer)}.json`);
  writeFileSync(path, answer);
  return {
    ...like,
    name: `bare Bun for ${like.name}`,
    commands: async (port) =>
      Array.from({ length: processes }, () => ({
        program: process.execPath,
        args: [script, `${port}`, path],
      })),
  };
}
