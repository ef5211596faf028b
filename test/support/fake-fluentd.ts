import { createServer, type Socket } from "node:net";
import { decodeMultiStream, encode } from "@msgpack/msgpack";

/** One connection to a server that does as its script says. */
export interface FakeConnection {
  /** The next message that the client sends. */
  received(): Promise<unknown>;
  send(message: unknown): void;
  sendRaw(bytes: string | Uint8Array): void;
  close(): void;
  /** Resolves when the client has closed it. */
  readonly closed: Promise<void>;
}

export interface FakeFluentd extends AsyncDisposable {
  readonly port: number;
  /** Connections that were made so far. */
  nConnections(): number;
}

/** A server that misbehaves as the script has it, at the boundary of the process; `nth` counts connections from 1. */
export async function fakeFluentd(
  script: (connection: FakeConnection, nth: number) => Promise<void>,
  { host = "127.0.0.1", port = 0 } = {},
): Promise<FakeFluentd> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    script(connectionOf(socket), sockets.length).catch(() => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(port, host, listening));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return {
    port: address.port,
    nConnections: () => sockets.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The id of the chunk that a message is, and its records. */
export function chunkOf(message: unknown): {
  readonly id: string;
  readonly tag: string;
  readonly size: number;
} {
  if (!Array.isArray(message)) throw new Error("The message is no chunk");
  const [tag, , { chunk, size }] = message;
  return { id: String(chunk), tag: String(tag), size: Number(size) };
}

/** A script that acknowledges whatever comes. */
export async function acknowledgeAll({ received, send }: FakeConnection): Promise<void> {
  for (;;) send({ ack: chunkOf(await received()).id });
}

function connectionOf(socket: Socket): FakeConnection {
  const messages = decodeMultiStream(socket);
  return {
    async received() {
      const { done, value } = await messages.next();
      if (done === true) throw new Error("The client closed the connection");
      return value;
    },
    send: (message) => void socket.write(encode(message)),
    sendRaw: (bytes) => void socket.write(bytes),
    close: () => void socket.destroy(),
    closed: new Promise((done) => socket.once("close", () => done())),
  };
}
