import { connect } from "node:net";

/** What a server answered to bytes. */
export interface RawAnswer {
  /** Of the first answer; 0 where the connection was closed without one. */
  readonly status: number;
  /** The answers' lines that tell their status. */
  readonly statusLines: readonly string[];
  readonly head: string;
  readonly body: string;
}

/** Bytes, all at once or as fast as the server takes them. */
export type Sent = string | Uint8Array | Iterable<string | Uint8Array>;

/** Sends bytes on a connection of their own, until there is a whole answer or the server closes it. */
export function rawAnswer(port: number, sent: Sent): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  const parts = (typeof sent === "string" || sent instanceof Uint8Array ? [sent] : sent)[Symbol.iterator]();
  let text = "";
  return new Promise((resolve) => {
    const send = () => {
      for (let part = parts.next(); !part.done && !socket.destroyed; part = parts.next()) {
        if (!socket.write(part.value)) return;
      }
    };
    socket.on("connect", send);
    socket.on("drain", send);
    socket.on("error", () => socket.destroy());
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      text += chunk;
      if (isWhole(text)) socket.destroy();
    });
    socket.on("close", () => resolve(read(text)));
  });
}

function isWhole(text: string): boolean {
  const [head = "", body] = text.split("\r\n\r\n", 2);
  return body !== undefined && Buffer.byteLength(body) >= Number(/^content-length: (\d+)/im.exec(head)?.[1]);
}

function read(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    statusLines: text.match(/^HTTP\/1\.1 \d.*$/gm) ?? [],
    head,
    body: rest.join("\r\n\r\n"),
  };
}
