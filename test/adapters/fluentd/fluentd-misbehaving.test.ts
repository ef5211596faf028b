import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { encode } from "@msgpack/msgpack";
import type { FluentdOptions } from "../../../adapters/fluentd/fluentd-options.ts";
import { fluentdSink } from "../../../adapters/fluentd/fluentd-sink.ts";
import { reachFluentd } from "../../../adapters/fluentd/reach-fluentd.ts";
import { ExitCode } from "../../../core/errors.ts";
import { record, records } from "../../contract/prediction-sink.ts";
import { failure } from "../../support/failure.ts";
import { acknowledgeAll, chunkOf, type FakeConnection, fakeFluentd } from "../../support/fake-fluentd.ts";

const optionsOf = (port: number, more: Partial<FluentdOptions> = {}): FluentdOptions => ({
  servers: [{ host: "127.0.0.1", port }],
  ackTimeoutMs: 2_000,
  connectTimeoutMs: 2_000,
  ...more,
});

const sharedKey = "a-key-that-both-know";
const security = { sharedKey, username: "mlt", password: "the-password" };

describe("fluentdSink() with a server that misbehaves", () => {
  const answers: readonly (readonly [string, (connection: FakeConnection) => void, string])[] = [
    [
      "acknowledges another chunk",
      ({ send }) => send({ ack: "AAAA" }),
      "it acknowledges what it was not sent",
    ],
    ["acknowledges nothing in it", ({ send }) => send({ ack: null }), "it acknowledges what it was not sent"],
    ["answers a number", ({ send }) => send(7), "it acknowledges what it was not sent"],
    ["asks for a shared key", ({ send }) => send(["HELO", { nonce: "n" }]), "it asks for a shared key"],
    [
      "speaks HTTP",
      ({ sendRaw }) => sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "it answers what is not of the forward protocol",
    ],
    [
      "announces an answer of 4 GB",
      ({ sendRaw }) => sendRaw(Uint8Array.of(0xdb, 0xff, 0xff, 0xff, 0xff, 0x61)),
      "it answers what is not of the forward protocol",
    ],
    [
      // Lists in lists, which go on and on: their end never comes.
      "answers without an end",
      ({ sendRaw }) => sendRaw(new Uint8Array(5_000_000).fill(0x91)),
      "it answers what is not of the forward protocol",
    ],
    ["answers nothing", () => undefined, "it acknowledges nothing within 0.2 s"],
    [
      "answers a part",
      ({ sendRaw }) => sendRaw(Uint8Array.of(0x81, 0xa3)),
      "it acknowledges nothing within 0.2 s",
    ],
    ["closes the connection", ({ close }) => close(), "it closed the connection"],
  ];

  test.each(answers)("rejects when it %s, and drops the connection", async (_, answer, clause) => {
    const dropped = Promise.withResolvers<void>();
    await using server = await fakeFluentd(async (connection) => {
      await connection.received();
      answer(connection);
      await connection.closed;
      dropped.resolve();
    });
    const sink = fluentdSink(optionsOf(server.port, { ackTimeoutMs: 200 }));
    const error = await failure(() => sink.write(records("a", 2)));
    expect(error.message).toBe(
      `Cannot deliver predictions to Fluentd at "127.0.0.1:${server.port}": ${clause}`,
    );
    expect(error.exitCode).toBe(ExitCode.external);
    expect(error.hint).toBeString();
    await dropped.promise;
    expect(server.nConnections()).toBe(1);
    await sink.close();
  });

  test("takes an acknowledgement that comes in parts", async () => {
    await using server = await fakeFluentd(async ({ received, sendRaw }) => {
      const bytes = encode({ ack: chunkOf(await received()).id });
      for (const byte of bytes) {
        sendRaw(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
    });
    const sink = fluentdSink(optionsOf(server.port));
    expect(await sink.write(records("a", 1))).toEqual([]);
    await sink.close();
  });

  test("takes an acknowledgement behind which the connection is closed, and sends the next chunk over another", async () => {
    const ids: string[] = [];
    await using server = await fakeFluentd(async ({ received, send, close }) => {
      const { id } = chunkOf(await received());
      ids.push(id);
      send({ ack: id });
      // What is written by then still goes out.
      setImmediate(close);
    });
    const sink = fluentdSink(optionsOf(server.port));
    const wide = [0, 1, 2].map((row) =>
      record("wide", row, { model_name: "iris", note: "x".repeat(1_000_000) }),
    );
    expect(await sink.write(wide)).toEqual([]);
    expect(await sink.write(records("b", 1))).toEqual([]);
    await sink.close();
    expect(new Set(ids).size).toBe(4);
  });

  test("sends a chunk again under its id when the connection that was kept breaks", async () => {
    const ids: string[] = [];
    await using server = await fakeFluentd(async (connection, nth) => {
      const { received, send, close } = connection;
      if (nth === 2) {
        const { id } = chunkOf(await received());
        ids.push(id);
        send({ ack: id });
        return;
      }
      send({ ack: chunkOf(await received()).id });
      ids.push(chunkOf(await received()).id);
      close();
    });
    const sink = fluentdSink(optionsOf(server.port));
    await sink.write(records("a", 1));
    expect(await sink.write(records("b", 1))).toEqual([]);
    await sink.close();
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1] ?? "");
  });

  test("sends no chunk before the one before it is acknowledged", async () => {
    const arrived = Promise.withResolvers<void>();
    let nReceived = 0;
    const goOn = Promise.withResolvers<void>();
    await using server = await fakeFluentd(async ({ received, send }) => {
      const first = chunkOf(await received());
      nReceived++;
      void received().then((message) => {
        nReceived++;
        send({ ack: chunkOf(message).id });
      });
      arrived.resolve();
      await goOn.promise;
      send({ ack: first.id });
    });
    const sink = fluentdSink(optionsOf(server.port));
    const writing = sink.write([...records("a", 1), { ...record("b", 0, {}), event: "feedback" }]);
    await arrived.promise;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(nReceived).toBe(1);
    goOn.resolve();
    expect(await writing).toEqual([]);
    expect(nReceived).toBe(2);
    await sink.close();
  });

  test("close() ends a write that waits for its acknowledgement, and asks no other server", async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = await fakeFluentd(async ({ received }) => {
      await received();
      arrived.resolve();
    });
    await using standby = await fakeFluentd(acknowledgeAll);
    const servers = [server, standby].map(({ port }) => ({ host: "127.0.0.1", port }));
    const [first = { host: "", port: 0 }, ...others] = servers;
    const sink = fluentdSink(optionsOf(0, { servers: [first, ...others], ackTimeoutMs: 60_000 }));
    const writing = failure(() => sink.write(records("a", 1)));
    await arrived.promise;
    await sink.close();
    expect((await writing).message).toEndWith("the connection was ended here");
    expect([server.nConnections(), standby.nConnections()]).toEqual([1, 0]);
    await expect(sink.write(records("b", 1))).rejects.toThrow(RangeError);
  });

  test("close() ends a write that waits for the handshake", async () => {
    const connected = Promise.withResolvers<void>();
    await using server = await fakeFluentd(async ({ closed }) => {
      connected.resolve();
      await closed;
    });
    const sink = fluentdSink(optionsOf(server.port, { security, connectTimeoutMs: 60_000 }));
    const writing = failure(() => sink.write(records("a", 1)));
    await connected.promise;
    await sink.close();
    expect((await writing).message).toEndWith("the connection was ended here");
  });
});

const sha512 = (...parts: readonly (string | Uint8Array)[]) =>
  createHash("sha512")
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest("hex");

/** A nonce as servers of Ruby and C send it: bytes that are no UTF-8, in a string of MessagePack. */
const nonce = Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0xc3);
const rawHelo = Uint8Array.of(
  ...[0x92, 0xa4, ...Buffer.from("HELO"), 0x82],
  ...[0xa5, ...Buffer.from("nonce"), 0xa5, ...nonce],
  ...[0xa4, ...Buffer.from("auth"), 0xa2, 0xff, 0x01],
);
const auth = Uint8Array.of(0xff, 0x01);

describe("the handshake of fluentdSink()", () => {
  test("is that of the specification, also with nonces that are no text", async () => {
    const pings: unknown[] = [];
    await using server = await fakeFluentd(async (connection) => {
      connection.sendRaw(rawHelo);
      const ping = await connection.received();
      pings.push(ping);
      if (!Array.isArray(ping)) return;
      const salt = String(ping[2]);
      const digest = sha512(salt, "server", nonce, sharedKey);
      connection.send(["PONG", true, "", "server", digest]);
      await acknowledgeAll(connection);
    });
    const sink = fluentdSink(optionsOf(server.port, { security }));
    expect(await sink.write(records("a", 1))).toEqual([]);
    await sink.close();
    const [word, host, salt, digest, user, password] = pings[0] as readonly string[];
    expect(word).toBe("PING");
    expect(digest).toBe(sha512(salt ?? "", host ?? "", nonce, sharedKey));
    expect(user).toBe("mlt");
    expect(password).toBe(sha512(auth, "mlt", "the-password"));
  });

  test("needs no user, though servers send the salt of a password all the same", async () => {
    const pings: unknown[] = [];
    await using server = await fakeFluentd(async (connection) => {
      connection.sendRaw(rawHelo);
      const ping = await connection.received();
      pings.push(ping);
      if (!Array.isArray(ping)) return;
      connection.send(["PONG", true, "", "server", sha512(String(ping[2]), "server", nonce, sharedKey)]);
      await acknowledgeAll(connection);
    });
    const sink = fluentdSink(optionsOf(server.port, { security: { sharedKey } }));
    expect(await sink.write(records("a", 1))).toEqual([]);
    await sink.close();
    // As the output of Fluentd does it: the digest of an empty name and password.
    expect((pings[0] as readonly string[]).slice(4)).toEqual(["", sha512(auth)]);
  });

  type Pong = (ping: readonly string[]) => unknown;
  const pongs: readonly (readonly [string, Pong, string])[] = [
    [
      "a digest of another key",
      ([, , salt = ""]) => ["PONG", true, "", "server", sha512(salt, "server", nonce, "guessed")],
      "it does not know the shared key",
    ],
    ["no digest", () => ["PONG", true, "", "server", ""], "it does not know the shared key"],
    [
      "our own name and digest",
      ([, host, , digest]) => ["PONG", true, "", host, digest],
      "it does not know the shared key",
    ],
    ["a refusal without a reason", () => ["PONG", false, "", "", ""], "it refuses the shared key"],
    [
      "a refusal that tells the key",
      () => ["PONG", false, `not ${sharedKey}`, "", ""],
      "it refuses the shared key",
    ],
    [
      "a refusal that moves the cursor",
      () => ["PONG", false, "no\u001b[2J\n", "", ""],
      "it refuses this client: no [2J ",
    ],
    [
      "that the client's address is not known",
      () => ["PONG", false, "anonymous source host '127.0.0.1' denied", "", ""],
      "it refuses this client: anonymous source host '127.0.0.1' denied",
    ],
    ["an acknowledgement", () => ({ ack: "AAAA" }), "its handshake is not of the forward protocol"],
  ];
  test.each(pongs)("fails where the server answers %s", async (_, pong, clause) => {
    await using server = await fakeFluentd(async ({ sendRaw, send, received }) => {
      sendRaw(rawHelo);
      send(pong((await received()) as readonly string[]));
    });
    const sink = fluentdSink(optionsOf(server.port, { security }));
    const error = await failure(() => sink.write(records("a", 1)));
    expect(error.message).toEndWith(`:${server.port}": ${clause}`);
    expect(error.exitCode).toBe(ExitCode.external);
    expect(`${error.message}${error.hint}${error.cause}`).not.toContain(sharedKey);
    await sink.close();
  });

  test("fails where the server closes the connection at it, as Fluent Bit does with another key", async () => {
    await using server = await fakeFluentd(async ({ sendRaw, received, close }) => {
      sendRaw(rawHelo);
      await received();
      close();
    });
    const [found] = await reachFluentd(optionsOf(server.port, { security }));
    expect(found?.failure?.message).toEndWith("it closed the connection at the shared key");
    expect(found?.failure?.hint).toContain("SHARED_KEY");
  });

  test("fails where no HELO comes, or no PONG", async () => {
    await using silent = await fakeFluentd(({ closed }) => closed);
    const silence = optionsOf(silent.port, { security, connectTimeoutMs: 100 });
    const [noHelo] = await reachFluentd(silence);
    expect(noHelo?.failure?.message).toEndWith("it asks for no shared key within 0.1 s");

    await using half = await fakeFluentd(async ({ sendRaw, closed }) => {
      sendRaw(rawHelo);
      await closed;
    });
    const [noPong] = await reachFluentd(optionsOf(half.port, { security, connectTimeoutMs: 100 }));
    expect(noPong?.failure?.message).toEndWith("it does not answer to the shared key within 0.1 s");
  });

  test("is not done with a server that speaks otherwise", async () => {
    await using server = await fakeFluentd(async ({ sendRaw, closed }) => {
      sendRaw("220 mail.example ESMTP\r\n");
      await closed;
    });
    const [found] = await reachFluentd(optionsOf(server.port));
    expect(found?.failure?.message).toEndWith("it answers what is not of the forward protocol");
  });
});
