import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { encode } from "@msgpack/msgpack";
import type { FluentdSecurity } from "./fluentd-options.ts";
import type { ForwardSocket } from "./forward-socket.ts";
import { type Helo, type Pong, readHelo, readPong } from "./server-message.ts";
import { hints, ServerTrouble, secondsText } from "./server-trouble.ts";

/**
 * Proves to the server that both know the key, and has it prove the same.
 * HELO, PING and PONG of https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#handshake-messages
 */
export async function handshake(
  socket: ForwardSocket,
  security: FluentdSecurity,
  timeoutMs: number,
): Promise<void> {
  const helo = readHelo(await socket.message(timeoutMs, noHelo(timeoutMs)));
  if (helo === undefined) throw noHandshake();
  const proof: Proof = {
    // Not the host's own name: a server on the same host would take it for a loop.
    hostname: `mlt-${hostname()}`,
    salt: randomBytes(16).toString("hex"),
    nonce: helo.nonce,
    sharedKey: security.sharedKey,
  };
  socket.send(ping(proof, helo, security));
  const pong = readPong(await answerToPing(socket, timeoutMs));
  if (pong === undefined) throw noHandshake();
  checkPong(pong, proof, security);
}

/** That a server without our key began a handshake, and so asks for one. */
export function wantsKey(): ServerTrouble {
  return new ServerTrouble("it asks for a shared key", { hint: hints.key });
}

interface Proof {
  readonly hostname: string;
  readonly salt: string;
  readonly nonce: Uint8Array;
  readonly sharedKey: string;
}

function ping(proof: Proof, { auth }: Helo, { username = "", password = "" }: FluentdSecurity): Uint8Array {
  const { hostname, salt, nonce, sharedKey } = proof;
  // Servers send a salt whether or not they ask for a user, so it says nothing about that.
  const hasSalt = auth.length > 0;
  return encode([
    "PING",
    hostname,
    salt,
    sha512(salt, hostname, nonce, sharedKey),
    hasSalt ? username : "",
    hasSalt ? sha512(auth, username, password) : "",
  ]);
}

async function answerToPing(socket: ForwardSocket, timeoutMs: number): Promise<unknown> {
  try {
    return await socket.message(timeoutMs, noPong(timeoutMs));
  } catch (cause) {
    if (!(cause instanceof ServerTrouble && cause.isClosing)) throw cause;
    // As Fluent Bit does where the key is another.
    throw new ServerTrouble("it closed the connection at the shared key", { hint: hints.key, cause });
  }
}

function checkPong(pong: Pong, proof: Proof, { sharedKey, password }: FluentdSecurity): void {
  if (!pong.isAccepted) {
    // A server knows the secrets, and could say them.
    const tells = [sharedKey, password].some((secret) => secret && pong.reason.includes(secret));
    throw refusal(tells ? "" : pong.reason);
  }
  const isOurs = Buffer.from(proof.hostname).equals(pong.hostname);
  const expected = Buffer.from(sha512(proof.salt, pong.hostname, proof.nonce, sharedKey));
  // Under our own name, the digest could be the one that we sent.
  if (!isOurs && expected.length === pong.digest.length && timingSafeEqual(expected, pong.digest)) return;
  throw new ServerTrouble("it does not know the shared key", { hint: hints.key });
}

function refusal(reason: string): ServerTrouble {
  const said = reason === "" ? "" : `: ${reason}`;
  if (/user|password|authentication/i.test(reason)) {
    return new ServerTrouble(`it refuses the user${said}`, { hint: hints.user });
  }
  if (reason === "" || /key/i.test(reason)) {
    return new ServerTrouble(`it refuses the shared key${said}`, { hint: hints.key });
  }
  return new ServerTrouble(`it refuses this client${said}`, { hint: hints.client });
}

function sha512(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function noHelo(timeoutMs: number): ServerTrouble {
  return new ServerTrouble(`it asks for no shared key within ${secondsText(timeoutMs)}`, {
    hint: hints.noKey,
  });
}

function noPong(timeoutMs: number): ServerTrouble {
  return new ServerTrouble(`it does not answer to the shared key within ${secondsText(timeoutMs)}`, {
    hint: hints.key,
  });
}

function noHandshake(): ServerTrouble {
  return new ServerTrouble("its handshake is not of the forward protocol", { hint: hints.protocol });
}
