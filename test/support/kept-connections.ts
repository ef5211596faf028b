import { connect, type Socket } from "node:net";
import { answerEnd } from "./load.ts";

export interface KeptConnections extends Disposable {
  /** POSTs JSON. Rejects where the connection closes before the answer: the request is not sent again. */
  post(path: string, json: string): Promise<Response>;
  /** How many connections were opened so far. */
  opened(): number;
}

export interface KeptConnectionsOptions {
  /** How many are kept; where all are busy, more are opened. */
  readonly count: number;
  /** Milliseconds for an answer. */
  readonly timeoutMs: number;
}

/**
 * A client that keeps its connections, as a proxy does, and sends each request on the one that has waited longest. It does
 * for a request what HTTP asks and no more (RFC 9112, §9.3 and §9.6), where `fetch` may hide that one was lost.
 */
export function keptConnections(
  url: () => string,
  { count, timeoutMs }: KeptConnectionsOptions,
): KeptConnections {
  const open = new Set<Socket>();
  const waiting = new Set<Socket>();
  let opened = 0;
  const take = async (): Promise<Socket> => {
    const [longest] = waiting;
    if (longest === undefined || open.size < count) return add();
    waiting.delete(longest);
    return longest;
  };
  const add = async () => {
    const { hostname, port } = new URL(url());
    const socket = connect(Number(port || 80), hostname);
    opened++;
    open.add(socket);
    socket.setEncoding("utf8").setNoDelay(true);
    socket.once("close", () => {
      open.delete(socket);
      waiting.delete(socket);
    });
    socket.on("error", () => socket.destroy());
    return socket;
  };
  return {
    async post(path, json) {
      const socket = await take();
      const late = setTimeout(() => socket.destroy(), timeoutMs);
      try {
        const { response, closes } = await exchangeOn(socket, postText(path, json));
        if (closes) socket.end();
        else waiting.add(socket);
        return response;
      } finally {
        clearTimeout(late);
      }
    },
    opened: () => opened,
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy();
    },
  };
}

function postText(path: string, json: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`
  );
}

/** Sends a request and takes its answer, of ASCII. */
function exchangeOn(socket: Socket, text: string) {
  return new Promise<{ readonly response: Response; readonly closes: boolean }>((resolve, reject) => {
    let received = "";
    const take = (chunk: string) => {
      received += chunk;
      const end = answerEnd(received);
      if (end === undefined) return;
      socket.off("data", take).off("close", lose);
      const head = received.slice(0, received.indexOf("\r\n\r\n"));
      const response = new Response(received.slice(head.length + 4, end), {
        status: Number(head.slice(9, 12)),
      });
      resolve({ response, closes: /^connection: close$/im.test(head) });
    };
    const lose = () => reject(new Error(`The connection closed after ${JSON.stringify(received)}`));
    socket.on("data", take).once("close", lose);
    socket.write(text);
  });
}
