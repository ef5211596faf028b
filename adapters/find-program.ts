import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program of this machine. */
export interface FoundProgram {
  /** Without links. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** The program that the name stands for on the path, which is the value of the variable PATH. */
export function findProgram(name: string, path: string): FoundProgram | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    if (folder === "" || !isExecutable(file)) continue;
    const found = realpathSync(file);
    return { path: found, sizeBytes: statSync(found).size };
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch (cause) {
    if (cause instanceof Error) return false;
    throw cause;
  }
}
