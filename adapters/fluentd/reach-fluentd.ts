import type { MltError } from "../../core/errors.ts";
import type { FluentdOptions, FluentdServer } from "./fluentd-options.ts";
import { wantsKey } from "./handshake.ts";
import { openConnection } from "./open-connection.ts";
import { readHelo } from "./server-message.ts";
import { fluentdError, hints, ServerTrouble } from "./server-trouble.ts";

/** What was found of one server. */
export interface ReachedServer {
  readonly server: FluentdServer;
  /** Why it takes no predictions; `undefined` where it would. */
  readonly failure: MltError | undefined;
}

/** Tries each server without sending it anything: connects, does the handshake, and closes the connection. */
export async function reachFluentd(
  options: Pick<FluentdOptions, "servers" | "tls" | "security" | "connectTimeoutMs">,
): Promise<readonly ReachedServer[]> {
  return await Promise.all(
    options.servers.map(async (server) => {
      const trouble = await reach(server, options);
      const failure = trouble && fluentdError("reach", [{ server, trouble }]);
      return { server, failure };
    }),
  );
}

/** A server that wants a key begins at once; the others say nothing. */
const heloMs = 200;

async function reach(
  server: FluentdServer,
  options: Pick<FluentdOptions, "tls" | "security" | "connectTimeoutMs">,
): Promise<ServerTrouble | undefined> {
  const { socket, ready } = openConnection(server, options);
  const silence = new ServerTrouble("it says nothing", { hint: hints.address });
  try {
    await ready;
    if (options.security !== undefined) return undefined;
    const said = await socket.message(heloMs, silence);
    return readHelo(said) === undefined
      ? new ServerTrouble("it speaks before it is spoken to", { hint: hints.protocol })
      : wantsKey();
  } catch (cause) {
    if (cause === silence) return undefined;
    if (cause instanceof ServerTrouble) return cause;
    throw cause;
  } finally {
    socket.end();
  }
}
