import { type AnswerTarget, loggingSettings, targetUrl } from "../../../core/infra/answer-target.ts";
import { styleResult, table } from "../../output.ts";
import type { DownStack } from "./down-local.ts";
import type { ServiceChange } from "./plan-stack.ts";
import type { ReadStack } from "./read-stacks.ts";
import { type StackSecrets, secretsPath, secretVariable } from "./stack-secrets.ts";
import type { LocalStatus } from "./status-local.ts";
import { settingsLines, shownPath, targetLine } from "./target-text.ts";
import type { LocalPlan, LocalStack } from "./up-local.ts";
import { changesAnything } from "./up-stack.ts";

const changeTexts: Readonly<Record<ServiceChange, string>> = {
  new: "new",
  changed: "made anew",
  starts: "started",
  runs: "as it is",
  goes: "removed",
};

/** What `mlt infra up` would change, for people. */
export function planText({ stacks, secrets, folder }: LocalPlan): string {
  const lines = stacks.flatMap(({ stack, changes }) => {
    const title = styleResult("bold", stack.composeProject);
    if (!changesAnything(changes)) return [`${title}: nothing to change`];
    const width = Math.max(...changes.services.map(({ service }) => service.length));
    return [
      `${title}:`,
      ...changes.services.map(({ service, change }) => `  ${service.padEnd(width)}  ${changeTexts[change]}`),
    ];
  });
  const made =
    secrets.made.length === 0
      ? []
      : [`${secrets.made.length} new secrets, in ${shownPath(folder.secretsFile)}`];
  const certificates = secrets.certificates.map(
    (name) => `A new certificate, in ${shownPath(`${folder.secretsDir}/${name}`)}`,
  );
  return [...lines, ...made, ...certificates].join("\n");
}

/** The same for programs. */
export function planJson({ stacks, secrets, warnings }: LocalPlan): object {
  return {
    on: "local",
    stacks: stacks.map(({ stack, changes }) => ({ name: stack.name, services: changes.services })),
    ...{ new_secrets: secrets.made, new_certificates: secrets.certificates, warnings },
  };
}

/** What is there now: URLs, how to log in, and what the project's service needs. */
export function upText(done: readonly LocalStack[], { secrets, folder }: LocalPlan): string {
  const targets = done.flatMap(({ stack }) => stack.targets);
  const file = shownPath(folder.secretsFile);
  return [
    ...targets.map(targetLine),
    `Passwords are in ${file}; mlt infra status --show-secrets prints them.`,
    ...secrets.empty.map((name) => `Yet to fill in, by you: ${shownPath(`${folder.secretsDir}/${name}`)}`),
    ...settingsLines(targets, secrets, file),
  ].join("\n");
}

/** The same for programs. */
export function upJson(done: readonly LocalStack[], { secrets, folder, warnings }: LocalPlan): object {
  const targets = done.flatMap(({ stack }) => stack.targets);
  const { config, secret } = loggingSettings(targets, secrets.texts, secretsPath);
  return {
    on: "local",
    stacks: done.map(({ stack, changes, states }) => ({
      name: stack.name,
      changed: changesAnything(changes),
      services: states.map(({ service, text }) => ({
        ...{ service, state: text },
        change: changes.services.find((each) => each.service === service)?.change,
      })),
      endpoints: stack.targets.map(targetJson),
    })),
    secrets_file: folder.secretsFile,
    settings: config,
    secret_settings: Object.keys(secret),
    ...{ warnings },
  };
}

/** What was taken down, for people. */
export function downText(
  stacks: readonly DownStack[],
  { volumes, isDryRun }: { readonly volumes: boolean; readonly isDryRun: boolean },
): string {
  const verb = isDryRun ? "would go" : "is down";
  return stacks
    .map(({ name, removed, volumes: gone }) => {
      const data = !volumes ? "its data are kept" : gone.length > 0 ? "with its data" : "it has no data";
      if (removed.length + gone.length === 0) return `mlt-${name} was not there`;
      return `mlt-${name} ${verb} (${removed.join(", ") || "no containers"}); ${data}`;
    })
    .join("\n");
}

/** How the stacks are, for people. */
export function statusText({ stacks }: LocalStatus, secrets: StackSecrets | undefined): string {
  const rows = stacks.flatMap(({ stack, states }) =>
    states.map(({ service, text, isReady }) => [
      ...[stack.name, service, isReady ? "ready" : "not ready", text],
      stack.targets
        .filter((target) => target.service === service)
        .map(targetUrl)
        .join(" "),
    ]),
  );
  const logins = secrets === undefined ? [] : stacks.flatMap(({ stack }) => loginLines(stack, secrets));
  return [table(["part", "service", "state", "", "url"], rows), ...logins].join("\n");
}

/** The same for programs. */
export function statusJson({ stacks }: LocalStatus, secrets: StackSecrets | undefined): object {
  return {
    on: "local",
    stacks: stacks.map(({ stack, states }) => ({
      name: stack.name,
      services: states.map(({ service, isReady, text }) => ({ service, ready: isReady, state: text })),
      endpoints: stack.targets.map((target) => ({
        ...targetJson(target),
        ...(secrets && target.secret
          ? { password: secrets.variables[secretVariable(target.secret)] ?? null }
          : {}),
      })),
    })),
  };
}

function loginLines({ targets }: ReadStack, { variables }: StackSecrets): readonly string[] {
  return targets.flatMap(({ name, user, secret }) => {
    if (secret === undefined) return [];
    const text = variables[secretVariable(secret)] ?? "(not made yet)";
    return [`${name}: ${user === undefined ? "shared key" : `user ${user}, password`} ${text}`];
  });
}

function targetJson(target: AnswerTarget): object {
  const { name, service, user, secret } = target;
  return {
    ...{ name, service, url: targetUrl(target) },
    ...(user === undefined ? {} : { user }),
    ...(secret === undefined ? {} : { secret: secretVariable(secret) }),
  };
}
