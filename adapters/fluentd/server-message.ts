import { Decoder } from "@msgpack/msgpack";

/**
 * Texts are left as bytes: servers send binary nonces as MessagePack strings, which decoding as UTF-8 would ruin.
 * Nothing that a server of this protocol says is long.
 */
const decoder = new Decoder({
  rawStrings: true,
  maxBinLength: 4_096,
  maxArrayLength: 16,
  maxMapLength: 16,
  maxExtLength: 64,
});

/** Most bytes of a message. */
export const longestMessage = 16_384;

/**
 * The one message that the bytes are; `undefined` while its end is missing.
 *
 * @throws {Error} for bytes that are none, or more than one: a server speaks only when it is spoken to
 */
export function readMessage(bytes: Uint8Array): { readonly message: unknown } | undefined {
  const messages = decoder.decodeMulti(bytes);
  let first: IteratorResult<unknown>;
  try {
    first = messages.next();
  } catch (cause) {
    // So the decoder says that bytes are missing; what is wrong with them it says by another error.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
  if (first.done === true) return undefined;
  if (messages.next().done !== true) throw new RangeError("There is more than one message");
  return { message: first.value };
}

/** The chunk that a message acknowledges; `undefined` where it is no acknowledgement. */
export function acknowledged(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("ack" in message)) return undefined;
  return message.ack instanceof Uint8Array ? plainText(message.ack) : undefined;
}

/** What a server begins the handshake with. */
export interface Helo {
  readonly nonce: Uint8Array;
  /** Salt of the password; it may be there where no user is asked for. */
  readonly auth: Uint8Array;
}

export function readHelo(message: unknown): Helo | undefined {
  if (!Array.isArray(message) || message.length !== 2 || !isWord(message[0], "HELO")) return undefined;
  const options: unknown = message[1];
  if (typeof options !== "object" || options === null) return undefined;
  const nonce = "nonce" in options && options.nonce;
  const auth = "auth" in options && options.auth;
  if (!(nonce instanceof Uint8Array)) return undefined;
  return { nonce, auth: auth instanceof Uint8Array ? auth : new Uint8Array(0) };
}

/** What a server ends the handshake with. */
export interface Pong {
  readonly isAccepted: boolean;
  /** One line in its words. */
  readonly reason: string;
  readonly hostname: Uint8Array;
  readonly digest: Uint8Array;
}

export function readPong(message: unknown): Pong | undefined {
  if (!Array.isArray(message) || message.length !== 5 || !isWord(message[0], "PONG")) return undefined;
  const [, isAccepted, reason, hostname, digest]: unknown[] = message;
  if (!(hostname instanceof Uint8Array) || !(digest instanceof Uint8Array)) return undefined;
  const words = reason instanceof Uint8Array ? plainText(reason) : "";
  return { isAccepted: isAccepted === true, reason: words.slice(0, 200), hostname, digest };
}

function isWord(value: unknown, word: string): boolean {
  return value instanceof Uint8Array && plainText(value) === word;
}

/** Without what could move a terminal's cursor. */
function plainText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll(/\p{Cc}/gu, " ");
}
