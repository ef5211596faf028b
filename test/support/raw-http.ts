import { connect } from "node:net";

/** A connection over which a test writes bytes that no HTTP client would send. */
export interface RawSocket {
  write(text: string): void;
  /** Closes our side, with what was written on its way. */
  end(): void;
  /** Resolves with everything received once it contains `text`; rejects when the connection ends before. */
  received(text: string): Promise<string>;
  /** Resolves with everything received when the other side has closed. */
  ended(): Promise<string>;
}

/** Connects to a port of this machine. */
export async function openSocket(port: number): Promise<RawSocket> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let text = "";
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    text += chunk;
  });
  // A reset is an end like another: what counts is what came before it.
  socket.on("error", () => socket.destroy());
  return {
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    ended: () => closed,
    received: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(wanted)) resolve(text);
        };
        socket.on("data", look);
        void closed.then(() => reject(new Error(`The connection closed after ${JSON.stringify(text)}`)));
        look();
      }),
  };
}
