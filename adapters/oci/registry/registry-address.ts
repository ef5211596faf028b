import { isLoopback } from "../../loopback.ts";

/**
 * Where a registry's API is. It is spoken with unencrypted on this machine, or where `isInsecure` says so; with
 * `false` not even there.
 */
export function registryUrl(registry: string, isInsecure: boolean | undefined): URL {
  // The name in references is not the host of the API.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const scheme = (isInsecure ?? isLocalRegistry(registry)) ? "http" : "https";
  return new URL(`${scheme}://${host}/v2/`);
}

/** Whether a registry is on this machine; it may have a port. */
function isLocalRegistry(registry: string): boolean {
  return isLoopback(registry.replace(/:\d+$/, ""));
}
