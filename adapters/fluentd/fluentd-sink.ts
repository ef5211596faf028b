import { randomBytes } from "node:crypto";
import type { PredictionSink } from "../../core/ports.ts";
import type { RefusedRecord } from "../../core/prediction-log/log-record.ts";
import type { FluentdOptions, FluentdServer } from "./fluentd-options.ts";
import { type ForwardChunk, forwardChunks } from "./forward-chunks.ts";
import type { ForwardSocket } from "./forward-socket.ts";
import { wantsKey } from "./handshake.ts";
import { openConnection } from "./open-connection.ts";
import { acknowledged, readHelo } from "./server-message.ts";
import { type ServerOrder, serverOrder } from "./server-order.ts";
import { type FailedServer, fluentdError, hints, ServerTrouble, secondsText } from "./server-trouble.ts";

const defaultRetryAfterMs = 60_000;

/**
 * Sends records to Fluentd, Fluent Bit or whatever else speaks the forward protocol, version 1, and has them acknowledged.
 *
 * A chunk of about 1 MB at a time is encoded, sent and waited for: nothing else is held in memory. The tag is `<base log name>.<event>`.
 * https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1
 */
export function fluentdSink(options: FluentdOptions): PredictionSink {
  const { servers, retryAfterMs = defaultRetryAfterMs, now = () => performance.now() } = options;
  const order = serverOrder(servers, retryAfterMs, now);
  const line = fluentdLine(options);
  return {
    async write(records) {
      const refused: RefusedRecord[] = [];
      const chunks = forwardChunks(records, {
        tagOf: ({ event, fields }) => `${options.baseLogName ?? fields["model_name"] ?? "mlt"}.${event}`,
        newId: () => randomBytes(16).toString("base64"),
        refuse: (one) => refused.push(one),
      });
      const deliver = delivery(line, order);
      for (const chunk of chunks) await deliver(chunk);
      return refused;
    },
    close() {
      line.close();
      return Promise.resolve();
    },
  };
}

/** Sends the chunks of one write; each server may fail it once. */
function delivery(line: FluentdLine, order: ServerOrder): (chunk: ForwardChunk) => Promise<void> {
  const left = [...order.candidates()];
  const failed: FailedServer[] = [];
  return async (chunk) => {
    for (;;) {
      const server = line.isClosed ? undefined : left[0];
      if (server === undefined) throw failureOf(failed);
      const trouble = await line.deliver(server, chunk);
      if (trouble === undefined) {
        order.worked(server);
        return;
      }
      order.failed(server);
      failed.push({ server, trouble });
      left.shift();
    }
  };
}

function failureOf([first, ...others]: readonly FailedServer[]): Error {
  if (first === undefined) return new RangeError("The sink was closed before this write");
  return fluentdError("deliver predictions to", [first, ...others]);
}

/** The one connection that is kept from write to write. */
interface FluentdLine {
  readonly isClosed: boolean;
  /** Resolves once the server has acknowledged the chunk; with what is wrong where it does not. */
  deliver(server: FluentdServer, chunk: ForwardChunk): Promise<ServerTrouble | undefined>;
  close(): void;
}

function fluentdLine(options: FluentdOptions): FluentdLine {
  let kept: { readonly server: FluentdServer; readonly socket: ForwardSocket } | undefined;
  let opening: ForwardSocket | undefined;
  let isClosed = false;
  const connect = async (server: FluentdServer) => {
    const { socket, ready } = openConnection(server, options);
    opening = socket;
    await ready;
    // Until then: while the first server does not answer, the connection to another is still of use.
    kept?.socket.end();
    kept = { server, socket };
    return socket;
  };
  const send = async (server: FluentdServer, chunk: ForwardChunk) => {
    if (kept?.server === server && kept.socket.isOpen) {
      try {
        return await exchange(kept.socket, chunk, options.ackTimeoutMs);
      } catch (cause) {
        // A server may close an idle connection at the moment that it is used. Whether it has the chunk is not known, so it gets it again.
        if (isClosed || !(cause instanceof ServerTrouble && cause.isClosing)) throw cause;
      }
    }
    return await exchange(await connect(server), chunk, options.ackTimeoutMs);
  };
  return {
    get isClosed() {
      return isClosed;
    },
    async deliver(server, chunk) {
      try {
        return await send(server, chunk);
      } catch (cause) {
        if (cause instanceof ServerTrouble) return cause;
        throw cause;
      }
    },
    close() {
      isClosed = true;
      kept?.socket.end();
      opening?.end();
    },
  };
}

/** Sends a chunk and has it acknowledged; where it is not, the connection ends: what comes later could be taken for another's. */
async function exchange(
  socket: ForwardSocket,
  { id, message }: ForwardChunk,
  ackTimeoutMs: number,
): Promise<undefined> {
  const late = new ServerTrouble(`it acknowledges nothing within ${secondsText(ackTimeoutMs)}`, {
    hint: hints.acknowledgement,
  });
  socket.send(message);
  const answer = await socket.message(ackTimeoutMs, late);
  if (acknowledged(answer) === id) return;
  socket.end();
  if (readHelo(answer) !== undefined) throw wantsKey();
  throw new ServerTrouble("it acknowledges what it was not sent", { hint: hints.protocol });
}
