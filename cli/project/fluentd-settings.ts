import { resolve } from "node:path";
import { readCaFile } from "../../adapters/fluentd/ca-file.ts";
import {
  type FluentdOptions,
  type FluentdTls,
  fluentdServer,
} from "../../adapters/fluentd/fluentd-options.ts";
import type { ServedProject } from "./running-service.ts";

/**
 * How a project's predictions reach Fluentd; `undefined` where they do not.
 *
 * @throws {MltError} when `logging.fluentd.tls_ca_file` holds no certificate
 */
export async function fluentdOptions({
  root,
  config: { logging },
}: Pick<ServedProject, "root" | "config">): Promise<FluentdOptions | undefined> {
  const { host, port, standby_hosts, ack_timeout, tls, tls_ca_file, shared_key, username, password } =
    logging.fluentd;
  if (host === undefined) return undefined;
  return {
    servers: [
      { host: host.replace(/^\[(.*)\]$/, "$1"), port },
      ...standby_hosts.map((text) => fluentdServer(text, port)),
    ],
    baseLogName: logging.base_log_name,
    ackTimeoutMs: ack_timeout * 1_000,
    tls: tls ? await tlsOf(root, tls_ca_file) : undefined,
    security:
      shared_key === undefined && username === undefined
        ? undefined
        : { sharedKey: shared_key ?? "", username, password },
  };
}

async function tlsOf(root: string, caFile: string | undefined): Promise<FluentdTls> {
  return { ca: caFile === undefined ? undefined : await readCaFile(resolve(root, caFile)) };
}
