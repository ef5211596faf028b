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

const predictions = new Set([
  "/api/predictions",
  "/api/proba_predictions",
  "/v2/models/{name}/infer",
  "/v2/models/{name}/versions/{version}/infer",
]);

/** Whether the route, as metrics name it, is asked all day long by the platform, to learn how the service is. */
export function isProbe(route: string): boolean {
  return probes.has(route);
}

/** Whether the route, as metrics name it, answers predictions. */
export function isPrediction(route: string): boolean {
  return predictions.has(route);
}
