import { expect, test } from "bun:test";
import type { FluentdOptions } from "../../../adapters/fluentd/fluentd-options.ts";
import { fluentdSink } from "../../../adapters/fluentd/fluentd-sink.ts";
import { freePort } from "../../../ops/build/free-port.ts";
import { record, records } from "../../contract/prediction-sink.ts";
import { failure } from "../../support/failure.ts";
import { chunkOf, type FakeConnection, fakeFluentd } from "../../support/fake-fluentd.ts";
import { testWith } from "../../support/tools.ts";

/** A server that acknowledges so many chunks, and then falls silent. */
async function server(most = Number.POSITIVE_INFINITY, place: { host?: string; port?: number } = {}) {
  const taken: string[] = [];
  const take = async ({ received, send }: FakeConnection) => {
    for (;;) {
      const { tag, id } = chunkOf(await received());
      if (taken.length >= most) continue;
      taken.push(tag);
      send({ ack: id });
    }
  };
  return { taken, fake: await fakeFluentd(take, place) };
}

const optionsOf = (
  [first, ...others]: readonly [number, ...number[]],
  more: Partial<FluentdOptions> = {},
): FluentdOptions => {
  const at = (port: number) => ({ host: "127.0.0.1", port });
  return { servers: [at(first), ...others.map(at)], ackTimeoutMs: 200, connectTimeoutMs: 1_000, ...more };
};

test("fluentdSink() sends to the first server that answers, and returns to the first of all after a while", async () => {
  let time = 0;
  const down = await freePort();
  const standby = await server();
  await using _standby = standby.fake;
  const third = await server();
  await using _third = third.fake;
  const ports = [down, standby.fake.port, third.fake.port] as const;
  const sink = fluentdSink(optionsOf(ports, { retryAfterMs: 1_000, now: () => time }));
  await sink.write(records("a", 1));
  expect([standby.taken.length, third.taken.length]).toEqual([1, 0]);

  // The first server is back, and is not asked until its time has come.
  const first = await server(undefined, { port: down });
  await using _first = first.fake;
  time = 999;
  await sink.write(records("b", 1));
  expect([first.taken.length, standby.taken.length]).toEqual([0, 2]);
  expect(standby.fake.nConnections()).toBe(1);
  time = 1_000;
  await sink.write(records("c", 1));
  expect([first.taken.length, standby.taken.length]).toEqual([1, 2]);
  await sink.close();
});

test("fluentdSink() keeps the connection to a standby while the first server is still down", async () => {
  let time = 0;
  const standby = await server();
  await using _ = standby.fake;
  const options = optionsOf([await freePort(), standby.fake.port], { retryAfterMs: 10, now: () => time });
  const sink = fluentdSink(options);
  for (time of [0, 20, 40]) await sink.write(records(`at-${time}`, 1));
  await sink.close();
  expect(standby.taken).toHaveLength(3);
  expect(standby.fake.nConnections()).toBe(1);
});

test("fluentdSink() goes on at the standby with the chunk that the first server left unacknowledged", async () => {
  const first = await server(1);
  await using _first = first.fake;
  const standby = await server();
  await using _standby = standby.fake;
  const sink = fluentdSink(optionsOf([first.fake.port, standby.fake.port]));
  const events = ["predict", "predict_proba", "feedback"] as const;
  expect(
    await sink.write(events.map((event) => ({ ...record("a", 0, { model_name: "iris" }), event }))),
  ).toEqual([]);
  await sink.close();
  expect(first.taken).toEqual(["iris.predict"]);
  expect(standby.taken).toEqual(["iris.predict_proba", "iris.feedback"]);
});

test("fluentdSink() names every server when none takes it, and asks each of them again by the next write", async () => {
  const down = await freePort();
  const silent = await server(0);
  await using _ = silent.fake;
  const sink = fluentdSink(optionsOf([down, silent.fake.port]));
  for (let nth = 1; nth <= 2; nth++) {
    const error = await failure(() => sink.write(records("a", 1)));
    expect(error.message).toBe(
      `Cannot deliver predictions to Fluentd at "127.0.0.1:${down}": it refuses the connection; ` +
        `at "127.0.0.1:${silent.fake.port}": it acknowledges nothing within 0.2 s`,
    );
    expect(silent.fake.nConnections()).toBe(nth);
  }
  await sink.close();
});

testWith(["ipv6"], "fluentdSink() takes an address of IPv6", async () => {
  const six = await server(1, { host: "::1" });
  await using _ = six.fake;
  const sink = fluentdSink(optionsOf([1], { servers: [{ host: "::1", port: six.fake.port }] }));
  expect(await sink.write(records("a", 1))).toEqual([]);
  const error = await failure(() => sink.write(records("b", 1)));
  expect(error.message).toContain(`"[::1]:${six.fake.port}"`);
  await sink.close();
});
