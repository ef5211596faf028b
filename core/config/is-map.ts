/** Whether plain data is a map by text: neither a list nor a scalar. */
export function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
