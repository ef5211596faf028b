import type { Compose } from "../../../adapters/compose/compose.ts";
import type { StackContainer } from "../../../adapters/compose/read-containers.ts";

/** What a service becomes; `starts`: it is there as it should be, and stands still. */
export type ServiceChange = "new" | "changed" | "starts" | "runs" | "goes";

/** One service of a stack before anything is done. */
export interface PlannedService {
  readonly service: string;
  readonly change: ServiceChange;
}

/** What starting a stack would change. */
export interface StackChanges {
  readonly services: readonly PlannedService[];
  /** What Compose makes each service's container by. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The containers that are there. */
  readonly before: readonly StackContainer[];
  /** Whether there are data of it, of a run before. */
  readonly hasData: boolean;
}

/** Compares what is there with what Compose would make. */
export async function planStack(compose: Compose, services: readonly string[]): Promise<StackChanges> {
  const [hashes, before, volumes] = await Promise.all([
    compose.hashes(),
    compose.containers(),
    compose.volumes(),
  ]);
  const planned = services.map((service): PlannedService => {
    const container = before.find((each) => each.service === service);
    return { service, change: changeOf(container, hashes.get(service)) };
  });
  const going = before
    .filter(({ service }) => !services.includes(service))
    .map(({ service }): PlannedService => ({ service, change: "goes" }));
  return { services: [...planned, ...going], hashes, before, hasData: volumes.length > 0 };
}

function changeOf(container: StackContainer | undefined, hash: string | undefined): ServiceChange {
  if (container === undefined) return "new";
  if (container.hash !== hash) return "changed";
  return container.state === "running" || isDone(container) ? "runs" : "starts";
}

/** Whether it was to do one thing, and has: what is to run on would have been started again. */
export function isDone({ state, exitCode, restartPolicy }: StackContainer): boolean {
  return state === "exited" && exitCode === 0 && restartPolicy === "no";
}

/** Ids of the containers whose service is no part of the stack any more. */
export function goingContainers({ services, before }: StackChanges): readonly string[] {
  const going = new Set(services.filter(({ change }) => change === "goes").map(({ service }) => service));
  return before.filter(({ service }) => going.has(service)).map(({ id }) => id);
}

/** Whether anything of the stack ran before. */
export function ranBefore({ before }: StackChanges): boolean {
  return before.some(({ state }) => state === "running" || state === "restarting");
}
