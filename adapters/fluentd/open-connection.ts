import { defaultConnectTimeoutMs, type FluentdOptions, type FluentdServer } from "./fluentd-options.ts";
import { ForwardSocket } from "./forward-socket.ts";
import { handshake } from "./handshake.ts";

type ConnectionOptions = Pick<FluentdOptions, "tls" | "security" | "connectTimeoutMs">;

/** A connection that is on its way: the socket, to end it, and when records may be sent. */
export interface Opening {
  readonly socket: ForwardSocket;
  /** Rejects with `ServerTrouble`, and then the socket is ended. */
  readonly ready: Promise<void>;
}

/** Connects, and does what the server asks for before it takes records. */
export function openConnection(server: FluentdServer, options: ConnectionOptions): Opening {
  const socket = new ForwardSocket(server, options.tls);
  return { socket, ready: makeReady(socket, options) };
}

async function makeReady(
  socket: ForwardSocket,
  { security, connectTimeoutMs = defaultConnectTimeoutMs }: ConnectionOptions,
): Promise<void> {
  await socket.connected(connectTimeoutMs);
  if (security === undefined) return;
  try {
    await handshake(socket, security, connectTimeoutMs);
  } catch (cause) {
    socket.end();
    throw cause;
  }
}
