import { isLoopback } from "./loopback.ts";

/**
 * Keeps requests to a host of this machine from the proxy that `HTTP_PROXY` names: it cannot reach it, and what is
 * sent there is not its to see.
 */
export function reachDirectly(host: string): void {
  const names = ["NO_PROXY", "no_proxy"];
  const hosts = new Set(
    names.flatMap((name) => process.env[name]?.split(",") ?? []).map((name) => name.trim()),
  );
  const all = [...hosts.add(host)].filter((name) => name !== "").join(",");
  for (const name of names) process.env[name] = all;
}

/** Does so where the host is this machine by its name or address, without brackets. */
export function reachThisMachineDirectly(host: string): void {
  if (isLoopback(host)) reachDirectly(host);
}
