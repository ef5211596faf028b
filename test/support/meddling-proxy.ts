import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";

/** What stands between a client and a server does to what they say. */
export interface Meddling {
  /** Answers in the server's place; returns whether it has. */
  readonly instead?: (asked: IncomingMessage, answer: ServerResponse) => boolean;
  /** After how many bytes of a request's body the connection breaks. */
  readonly cutRequestAfter?: (asked: IncomingMessage) => number | undefined;
  /** After how many bytes of an answer's body the connection breaks; -1 is before its headers. */
  readonly cutAnswerAfter?: (asked: IncomingMessage) => number | undefined;
  /** Changes the headers of an answer in place. */
  readonly headers?: (asked: IncomingMessage, headers: IncomingHttpHeaders) => void;
  /** Changes a part of an answer's body. */
  readonly part?: (asked: IncomingMessage, part: Buffer) => Buffer;
}

export interface MeddlingProxy extends AsyncDisposable {
  readonly host: string;
  /** Each request's method, path without a query, `Authorization` and bytes of its body, in order. */
  readonly asked: readonly AskedRequest[];
}

export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  bytes: number;
}

/** An HTTP server that passes everything on to a port of this machine, and meddles with it. */
export async function meddlingProxy(port: number, meddling: Meddling): Promise<MeddlingProxy> {
  const asked: AskedRequest[] = [];
  const server = createServer((incoming, answer) => {
    const { method = "", url = "", headers } = incoming;
    const noted = {
      method,
      path: url.split("?", 1)[0] ?? "",
      authorization: headers.authorization,
      bytes: 0,
    };
    asked.push(noted);
    incoming.on("data", (part) => {
      noted.bytes += part.length;
    });
    if (meddling.instead?.(incoming, answer)) return void incoming.resume();
    passOn(port, meddling, incoming, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(port: number, meddling: Meddling, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method = "", url = "", headers } = incoming;
  const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers }, (passed) => {
    const cutAfter = meddling.cutAnswerAfter?.(incoming);
    if (cutAfter === -1) return void incoming.socket.destroy();
    meddling.headers?.(incoming, passed.headers);
    answer.writeHead(passed.statusCode ?? 500, passed.headers);
    const left = cutter(cutAfter);
    passed.on("data", (part: Buffer) => {
      const { kept, isCut } = left(meddling.part?.(incoming, part) ?? part);
      if (isCut) answer.write(kept, () => answer.destroy());
      else answer.write(kept);
    });
    passed.on("end", () => answer.end());
  });
  outgoing.on("error", () => incoming.socket.destroy());
  const left = cutter(meddling.cutRequestAfter?.(incoming));
  incoming.on("data", (part: Buffer) => {
    const { kept, isCut } = left(part);
    outgoing.write(kept);
    if (!isCut) return;
    incoming.socket.destroy();
    outgoing.destroy();
  });
  incoming.on("end", () => outgoing.end());
}

/** Lets so many bytes through. */
function cutter(limit: number | undefined): (part: Buffer) => { kept: Buffer; isCut: boolean } {
  let left = limit ?? Number.POSITIVE_INFINITY;
  return (part) => {
    const kept = part.subarray(0, Math.min(left, part.length));
    left -= part.length;
    return { kept, isCut: left < 0 };
  };
}
