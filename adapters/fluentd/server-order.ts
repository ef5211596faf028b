import type { FluentdServer } from "./fluentd-options.ts";

/** Which servers are tried first. */
export interface ServerOrder {
  /** All of them: those that answered when they were last asked, or may again, in their order; then the others. */
  candidates(): readonly FluentdServer[];
  /** Passes the server over for a while. */
  failed(server: FluentdServer): void;
  worked(server: FluentdServer): void;
}

/** The first server first, while it answers; after `retryAfterMs` it gets another chance. */
export function serverOrder(
  servers: readonly FluentdServer[],
  retryAfterMs: number,
  now: () => number,
): ServerOrder {
  const restsUntil = new Map<FluentdServer, number>();
  return {
    candidates() {
      const time = now();
      const rests = (server: FluentdServer) => (restsUntil.get(server) ?? time) > time;
      return [...servers.filter((server) => !rests(server)), ...servers.filter(rests)];
    },
    failed: (server) => void restsUntil.set(server, now() + retryAfterMs),
    worked: (server) => void restsUntil.delete(server),
  };
}
