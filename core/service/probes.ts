const probes = new Set([
  "/ping",
  "/livez",
  "/readyz",
  "/healthz",
  "/metrics",
  "/v2/health/live",
  "/v2/health/ready",
  "/v2/models/{name}/ready",
  "/v2/models/{name}/versions/{version}/ready",
]);

/** Whether the route, as metrics name it, is asked all day long by the platform, to learn how the service is doing. */
export function isProbe(route: string): boolean {
  return probes.has(route);
}
