import { type TemplateName, templateNames } from "../adapters/template-files.ts";
import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";

/** Reads `--template`. @throws {MltError} usage */
export function templateFlag(name: string): TemplateName {
  const found = templateNames.find((template) => template === name);
  if (found !== undefined) return found;
  const guess = nearest(name, templateNames);
  throw new MltError(
    `There is no template "${name}"${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    {
      hint: `Choose of ${templateNames.join(", ")}.`,
      exitCode: ExitCode.usage,
    },
  );
}
