import type { StackContainer } from "../../../adapters/compose/read-containers.ts";
import type { AnswerTarget } from "../../../core/infra/answer-target.ts";
import { askTarget } from "./ask-target.ts";
import { isDone } from "./plan-stack.ts";

/** How one service of a stack is. */
export interface ServiceState {
  readonly service: string;
  readonly container: StackContainer | undefined;
  readonly isReady: boolean;
  /** Whether waiting longer is of no use. */
  readonly isLost: boolean;
  /** In a few words: `answers`, `healthy`, `done`, or why it is not ready. */
  readonly text: string;
}

interface Asked {
  readonly containers: readonly StackContainer[];
  readonly targets: readonly AnswerTarget[];
  /** By the name of their file. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Looks at a service's container, and asks the service itself where it is known how. */
export async function serviceState(service: string, asked: Asked): Promise<ServiceState> {
  const container = asked.containers.find((each) => each.service === service);
  if (container === undefined) {
    return { service, container, isReady: false, isLost: false, text: "not there" };
  }
  const found = container.state === "running" ? await whileRunning(container, asked) : atRest(container);
  return { service, container, isLost: false, ...found };
}

type Found = Pick<ServiceState, "text" | "isReady"> & Partial<Pick<ServiceState, "isLost">>;

function atRest(container: StackContainer): Found {
  if (isDone(container)) return { text: "done", isReady: true };
  const { state, exitCode, restartPolicy } = container;
  if (state === "created") return { text: "not started", isReady: false };
  const hasEnded = state === "exited" || state === "dead";
  const isLost = hasEnded && restartPolicy === "no";
  return { text: `${state}, exit code ${exitCode}`, isReady: false, isLost };
}

async function whileRunning(
  { service, health, restartPolicy }: StackContainer,
  asked: Asked,
): Promise<Found> {
  const targets = asked.targets.filter((each) => each.service === service);
  for (const target of targets) {
    const { secret = "", authority = "" } = target;
    const silence = await askTarget(target, asked.secrets[secret] ?? "", asked.secrets[authority]);
    if (silence !== undefined) return { text: silence, isReady: false };
  }
  if (health !== undefined && health !== "healthy") {
    return { text: `its health check says ${health}`, isReady: false };
  }
  if (targets.length > 0) return { text: "answers", isReady: true };
  // A service that is to end has not done yet what it is for.
  return restartPolicy === "no"
    ? { text: "at work", isReady: false }
    : { text: health ?? "runs", isReady: true };
}
