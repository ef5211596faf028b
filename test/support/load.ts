import { connect } from "node:net";

/** What a load met until its server was gone. */
export interface LoadOutcome {
  /** The status of every answer. */
  readonly statuses: readonly number[];
  /** Requests that were sent, and whose connection was closed without an answer. */
  readonly cutOff: number;
}

export interface SteadyLoad {
  answered(): number;
  /** Waits until every connection has met its end. */
  end(): Promise<LoadOutcome>;
}

const row = '[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]';
const request =
  "POST /api/predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${row.length}\r\n\r\n${row}`;

/**
 * Sends predictions over so many connections, each as soon as the one before is answered, on a connection that is kept
 * as long as the server keeps it; each ends where it is told to come again later.
 */
export async function steadyLoad(url: string, connections: number): Promise<SteadyLoad> {
  const port = Number(new URL(url).port);
  const statuses: number[] = [];
  let cutOff = 0;
  const client = async () => {
    for (;;) {
      let last = 0;
      const met = await useConnection(port, (status) => {
        last = status;
        statuses.push(status);
      });
      if (met === "cut off") cutOff++;
      if (met !== "closed" || last === 503) return;
    }
  };
  const clients = Promise.all(Array.from({ length: connections }, client));
  return {
    answered: () => statuses.length,
    end: async () => {
      await clients;
      return { statuses, cutOff };
    },
  };
}

/** Requests on one connection, until the server closes it. */
function useConnection(
  port: number,
  answered: (status: number) => void,
): Promise<"closed" | "cut off" | "refused"> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    let waiting = false;
    let connected = false;
    const send = () => {
      waiting = true;
      socket.write(request);
    };
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      connected = true;
      send();
    });
    socket.on("data", (chunk) => {
      received += chunk;
      const end = answerEnd(received);
      if (end === undefined) return;
      answered(Number(received.slice(9, 12)));
      const closes = /^connection: close/im.test(received.slice(0, end));
      received = received.slice(end);
      waiting = false;
      if (closes) socket.end();
      else send();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(!connected ? "refused" : waiting ? "cut off" : "closed"));
  });
}

/** Where the first answer ends, once it is whole. */
export function answerEnd(text: string): number | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return undefined;
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length >= end ? end : undefined;
}
