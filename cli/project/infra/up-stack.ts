import type { Compose } from "../../../adapters/compose/compose.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import { withoutSecrets } from "../../../core/infra/without-secrets.ts";
import { goingContainers, type PlannedService, ranBefore, type StackChanges } from "./plan-stack.ts";
import type { ReadStack } from "./read-stacks.ts";
import type { ServiceState } from "./service-state.ts";
import { type StackEnd, watchStack } from "./watch-stack.ts";

export interface UpStackOptions {
  readonly compose: Compose;
  readonly stack: ReadStack;
  readonly changes: StackChanges;
  /** By the name of their file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onReady: (state: ServiceState, afterMs: number) => void;
}

/** Whether starting the stack would change anything. */
export function changesAnything({ services }: StackChanges): boolean {
  return services.some(({ change }) => change !== "runs");
}

/**
 * Starts a stack and waits until it answers.
 *
 * @throws {MltError} external, with the last lines of what did not come up; what had not run before is gone again then
 */
export async function upStack(options: UpStackOptions): Promise<readonly ServiceState[]> {
  const { compose, changes } = options;
  const end = await watchStack(options, async (signal) => {
    if (changesAnything(changes)) await compose.up(signal, goingContainers(changes));
  });
  if (end.outcome === "up") return end.states;
  // Before it is undone: the containers go with that.
  const said = await lastWords(options, end);
  const undone = await undo(options);
  const secrets = Object.values(options.secrets);
  throw new MltError(withoutSecrets([headline(options, end), ...said, undone].join("\n"), secrets), {
    hint: hintOf(end),
    exitCode: end.outcome === "interrupted" ? ExitCode.interrupted : ExitCode.external,
  });
}

function hintOf({ outcome, failure }: StackEnd): string {
  if (outcome === "interrupted") return "Run it again to start it.";
  if (outcome === "late") return "Look at what it says, or give it longer with --timeout.";
  if (/\/v2\/|pull|manifest|registry/i.test(failure?.message ?? "")) {
    return "See to it that this machine reaches the images, or name a registry that has them in infra.registry.";
  }
  return "Mend that, and run it again.";
}

function headline({ stack, timeoutMs }: UpStackOptions, { outcome, failure }: StackEnd): string {
  if (outcome === "interrupted") return `Starting ${stack.composeProject} was called off`;
  if (failure !== undefined) return failure.message;
  const within = outcome === "late" ? ` within ${timeoutMs / 1_000} seconds` : "";
  return `${stack.composeProject} did not come up${within}`;
}

const nLines = 10;

/** What the services that are not ready have said last. */
async function lastWords(
  { compose }: UpStackOptions,
  { states, outcome }: StackEnd,
): Promise<readonly string[]> {
  if (outcome === "interrupted") return [];
  const lines: string[] = [];
  for (const { service, container, text } of states.filter(({ isReady }) => !isReady)) {
    if (container === undefined) continue;
    lines.push(`  ${service}: ${text}`);
    // The engine that cannot be asked any more is not what is to be reported.
    const said = await compose.logLines(container.id, nLines).catch(() => []);
    lines.push(...said.map((line) => `    | ${line}`));
  }
  return lines;
}

/** Takes away what did not run before; data stay. @returns what was done, as a line */
async function undo({ compose, changes }: UpStackOptions): Promise<string> {
  const { project } = compose;
  try {
    if (!ranBefore(changes)) {
      await compose.down({ volumes: false });
      return `${project} is down again, as before; its data are kept`;
    }
    const added = changes.services.filter(({ change }: PlannedService) => change === "new");
    await compose.remove(added.map(({ service }) => service));
    const left = new Set((await compose.containers()).map(({ id }) => id));
    const gone = changes.before.filter(({ id }) => !left.has(id)).map(({ service }) => service);
    const except = gone.length === 0 ? "" : `, but for ${gone.join(", ")}: the container of before is gone`;
    return `What ran of ${project} before was left running${except}`;
  } catch (cause) {
    return `It could not be undone: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
