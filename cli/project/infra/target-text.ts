import { relative } from "node:path";
import { type AnswerTarget, loggingSettings, targetUrl } from "../../../core/infra/answer-target.ts";
import { type StackSecrets, secretsPath, secretVariable } from "./stack-secrets.ts";

/** Where a service is, and how to log in; no secret. */
export function targetLine(target: AnswerTarget): string {
  const login = target.user === undefined ? "" : `  user ${target.user}`;
  const secret = target.secret === undefined ? "" : `  ${secretVariable(target.secret)}`;
  return `${target.name}: ${targetUrl(target)}${login}${secret}`;
}

/**
 * What the project's service needs to log to these targets, for people.
 *
 * @param file  of the secrets, as `shownPath` has it; absent: a vault has them
 */
export function settingsLines(
  targets: readonly AnswerTarget[],
  secrets: StackSecrets,
  file: string | undefined,
): readonly string[] {
  const { config, secret } = loggingSettings(targets, secrets.texts, secretsPath);
  const settings = Object.entries(config).map(([name, value]) => `  ${name}: ${value}`);
  const variables = Object.keys(secret).join(" and ");
  return [
    ...(settings.length === 0 ? [] : ["To log predictions there, set in config.yaml:", ...settings]),
    ...(variables === ""
      ? []
      : [
          file === undefined
            ? `and start the service with ${variables}, of the secrets in the vault`
            : `and start the service with ${variables} of that file: set -a; . ${file}; set +a`,
        ]),
  ];
}

/** A path as short as it can be named from here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}
