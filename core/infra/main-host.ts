import type { Config } from "../config/schema.ts";

/** The name or address of the host that gets every part, without brackets; `undefined` where `infra.hosts` does not say. */
export function mainHost({
  inventory,
  hosts,
}: Pick<Config["infra"], "inventory" | "hosts">): string | undefined {
  if (inventory !== undefined) return undefined;
  const [, bracketed, name] = /^(?:[^@]*@)?(?:\[(.*)\]|([^:]*))/.exec(hosts[0] ?? "") ?? [];
  return bracketed || name || undefined;
}
