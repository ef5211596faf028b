import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { FluentdServer, FluentdTls } from "./fluentd-options.ts";
import { longestMessage, readMessage } from "./server-message.ts";
import { closedConnection, hints, ServerTrouble, secondsText, socketTrouble } from "./server-trouble.ts";

/** A connection to one server, from the moment that it is asked for; one wait at a time. */
export class ForwardSocket {
  private readonly socket: Socket;
  private received = new Uint8Array(0);
  private isConnected = false;
  private trouble: ServerTrouble | undefined;
  private wake: () => void = () => undefined;

  constructor(server: FluentdServer, tls: FluentdTls | undefined) {
    const { host, port } = server;
    this.socket =
      tls === undefined
        ? connectPlain({ host, port })
        : connectTls({
            host,
            port,
            // Also where NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
            rejectUnauthorized: true,
            ...(isIP(host) === 0 ? { servername: host } : {}),
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          });
    this.socket.setNoDelay(true);
    this.socket.setKeepAlive(true, 30_000);
    this.socket.on(tls === undefined ? "connect" : "secureConnect", () => {
      this.isConnected = true;
      this.wake();
    });
    this.socket.on("data", (bytes: Uint8Array) => this.take(bytes));
    this.socket.on("error", (cause) => this.fail(socketTrouble(cause)));
    this.socket.on("end", () => this.fail(closedConnection()));
    this.socket.on("close", () => this.fail(closedConnection()));
  }

  /** Whether it can still be used, as far as is known. */
  get isOpen(): boolean {
    return this.trouble === undefined;
  }

  /** Resolves once there is a connection, with TLS its server known. */
  async connected(timeoutMs: number): Promise<void> {
    const late = new ServerTrouble(`it does not answer within ${secondsText(timeoutMs)}`, {
      hint: hints.address,
    });
    await this.until(() => (this.isConnected ? true : undefined), timeoutMs, late);
  }

  /** Sends; the answer says whether it came through. */
  send(bytes: Uint8Array): void {
    if (this.trouble === undefined) this.socket.write(bytes);
  }

  /** The server's next message; where none comes in time, the connection ends with what that means. */
  async message(timeoutMs: number, late: ServerTrouble): Promise<unknown> {
    const { message } = await this.until(() => this.next(), timeoutMs, late);
    return message;
  }

  /** Ends it. Safe to call twice. */
  end(): void {
    this.fail(new ServerTrouble("the connection was ended here", { hint: hints.address }));
  }

  /** Who waits for it is told why. */
  private fail(trouble: ServerTrouble): void {
    // The first is the cause of the others.
    this.trouble ??= trouble;
    this.socket.destroy();
    this.wake();
  }

  private async until<Value>(
    look: () => Value | undefined,
    timeoutMs: number,
    late: ServerTrouble,
  ): Promise<Value> {
    const timer = setTimeout(() => this.fail(late), timeoutMs);
    try {
      for (;;) {
        // First, since a server may answer and close the connection at once.
        const found = look();
        if (found !== undefined) return found;
        if (this.trouble !== undefined) throw this.trouble;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private take(bytes: Uint8Array): void {
    if (this.trouble !== undefined) return;
    if (this.received.length + bytes.length > longestMessage) {
      this.fail(notForward());
      return;
    }
    const joined = new Uint8Array(this.received.length + bytes.length);
    joined.set(this.received);
    joined.set(bytes, this.received.length);
    this.received = joined;
    this.wake();
  }

  private next(): { readonly message: unknown } | undefined {
    let read: ReturnType<typeof readMessage>;
    try {
      read = readMessage(this.received);
    } catch (cause) {
      this.fail(notForward(cause));
      return undefined;
    }
    if (read !== undefined) this.received = new Uint8Array(0);
    return read;
  }
}

function notForward(cause?: unknown): ServerTrouble {
  return new ServerTrouble("it answers what is not of the forward protocol", { hint: hints.protocol, cause });
}
