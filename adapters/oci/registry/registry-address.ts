/** Whether a host, maybe with a port, is this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Where a registry's API is. It is spoken with unencrypted on this machine, or where `isInsecure` says so; with
 * `false` not even there.
 */
export function registryUrl(registry: string, isInsecure: boolean | undefined): URL {
  // The name in references is not the host of the API.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const scheme = (isInsecure ?? isLoopback(registry)) ? "http" : "https";
  return new URL(`${scheme}://${host}/v2/`);
}
