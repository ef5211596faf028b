import { existsSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";

export interface FailedCall {
  /** The command as a person would type it. */
  readonly shown: string;
  readonly command: readonly string[];
  /** The project's folder. */
  readonly root: string;
  readonly exitCode: number;
  /** What it said last, on stderr if it said anything there; empty where it said nothing. */
  readonly lastLine: string;
}

/** So much of the last line is told again. */
const longestReason = 300;

/** A program that ended with an error, with what it said last and what may help. */
export function programFailure(call: FailedCall): MltError {
  const { shown, exitCode, lastLine } = call;
  const said = lastLine.length > longestReason ? `${lastLine.slice(0, longestReason)}…` : lastLine;
  return new MltError(`"${shown}" ended with exit code ${exitCode}${said === "" ? "" : `: ${said}`}`, {
    hint: hintFor(call),
    exitCode: ExitCode.external,
  });
}

/** Python says most often that a module is missing: of another environment, or one of the project's own. */
function hintFor({ command, root, lastLine }: FailedCall): string {
  const [, missing] = /^ModuleNotFoundError: No module named '(\w+)/.exec(lastLine) ?? [];
  const [python = ""] = command;
  if (missing === undefined) return "Mend the program, or train.command in config.yaml.";
  if (existsSync(join(root, missing)) || existsSync(join(root, `${missing}.py`))) {
    return `Start the program as a module, so that Python looks in the project's folder: train.command [${python}, -m, ${moduleOf(command)}].`;
  }
  return `Install it into the Python that train.command names: ${python} -m pip install -r requirements.txt`;
}

function moduleOf(command: readonly string[]): string {
  const script = command.find((part) => part.endsWith(".py")) ?? "source/program.py";
  return script.replace(/^\.\//, "").replace(/\.py$/, "").replaceAll("/", ".");
}
