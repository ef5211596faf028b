import type { Config } from "../config/schema.ts";
import { mainHost } from "./main-host.ts";

interface NameSource {
  /** Of the stack, which are names too: its services call each other so. */
  readonly services: readonly string[];
  /** Of this machine. */
  readonly hostname: string;
  readonly infra: Pick<Config["infra"], "bind" | "inventory" | "hosts">;
}

const everyNetwork = new Set(["0.0.0.0", "::"]);

/** Names and addresses by which the services of a stack are called, on this machine, by others, and among themselves. */
export function certificateNames({ services, hostname, infra }: NameSource): readonly string[] {
  const { bind } = infra;
  const main = mainHost(infra);
  const others = everyNetwork.has(bind) ? [main ?? hostname] : [bind, ...(main === undefined ? [] : [main])];
  return [...new Set(["localhost", "127.0.0.1", "::1", ...services, ...others])];
}
