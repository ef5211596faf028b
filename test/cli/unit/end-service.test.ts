import { expect, test } from "bun:test";
import { listen } from "../../../adapters/http-server.ts";
import { endService } from "../../../cli/project/end-service.ts";
import { steadyLoad } from "../../support/load.ts";
import { until } from "../../support/metric.ts";
import { openSocket } from "../../support/raw-http.ts";
import { testService } from "../../support/test-service.ts";

const ping = "GET /ping HTTP/1.1\r\nHost: ml\r\n\r\n";

async function listening() {
  const service = testService({ now: () => performance.now() });
  const server = await listen(service.fetch, { host: "127.0.0.1", port: 0 });
  return { service, server };
}

test("endService() waits less than a second for a service that only probes have asked", async () => {
  const { service, server } = await listening();
  const kept = await openSocket(server.port);
  kept.write(ping);
  await kept.received("pong");
  const startMs = performance.now();
  await endService(service, server, 30_000);
  expect(performance.now() - startMs).toBeLessThan(1_000);
  await kept.ended();
});

test("endService() answers all for half of its time, then tells those that still come to come again", async () => {
  const { service, server } = await listening();
  const load = await steadyLoad(server.url, 8);
  await until(() => load.answered() > 100);
  const startMs = performance.now();
  await endService(service, server, 2_000);
  const tookMs = performance.now() - startMs;
  expect(tookMs).toBeGreaterThan(1_000);
  expect(tookMs).toBeLessThan(2_000);
  const { statuses, cutOff } = await load.end();
  expect(cutOff).toBe(0);
  // Each of the eight ends with the answer that tells it to.
  expect(statuses.filter((status) => status !== 200)).toEqual(Array(8).fill(503));
});

test("endService() gives up at once where it has no time", async () => {
  const { service, server } = await listening();
  const kept = await openSocket(server.port);
  kept.write(
    "POST /api/predictions HTTP/1.1\r\nHost: ml\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[",
  );
  await until(() => service.inProgress() === 1);
  await endService(service, server, 0);
  expect(await kept.ended()).toBe("");
});
