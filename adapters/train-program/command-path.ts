import { statSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { findProgram } from "../find-program.ts";

/**
 * The program of `train.command` as it can be started: by its name where PATH has it, by its path where the name has a
 * slash and leads from the project's folder. Links are part of it: by them Python knows of which environment it is.
 *
 * @throws {MltError} external: that says how to get it
 */
export function commandPath(program: string, root: string): string {
  if (!program.includes("/")) {
    if (findProgram(program, process.env["PATH"] ?? "") !== undefined) return program;
  } else if (statSync(resolve(root, program), { throwIfNoEntry: false })?.isFile()) {
    return resolve(root, program);
  }
  const where = program.includes("/") ? "in the project's folder" : "on PATH";
  throw new MltError(`There is no program "${program}" ${where}, which train.command names`, {
    hint: howToGet(program),
    exitCode: ExitCode.external,
  });
}

function howToGet(program: string): string {
  const [, environment] = /^(.*env)\/bin\/python[\d.]*$/.exec(program) ?? [];
  if (environment !== undefined) {
    return `Make it: python3 -m venv ${environment} && ${environment}/bin/pip install -r requirements.txt`;
  }
  if (/^python[\d.]*$/.test(program)) {
    return "Install Python 3 with the package manager of this system, such as apt-get install python3 python3-venv.";
  }
  return "Install it, or name another program in train.command of config.yaml.";
}
