import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { everyTypeProject } from "../support/every-type-project.ts";
import { acknowledgeAll, chunkOf, fakeFluentd } from "../support/fake-fluentd.ts";
import { delivered, loggedSinks, predictRows, sinkTools } from "../support/logged-service.ts";
import { metric, until } from "../support/metric.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const shop = await everyTypeProject();
afterAll(() => shop[Symbol.dispose]());

const row = { order: "A-17", size: 5, count: 2, sold: true, colour: "red", month: "Mar", note: "old" };

async function readiness(url: string): Promise<{ readonly status: number; readonly log: unknown }> {
  const answer = await fetch(`${url}/readyz`);
  const body = Object(await answer.json());
  return { status: answer.status, log: body.prediction_log ?? body.detail };
}

const written = 'mlt_prediction_log_written_total{sink="spool"}';
const dropped = 'mlt_prediction_log_dropped_total{sink="spool"}';

testWith(
  ["tmpfs"],
  "on a full disk predictions are answered and counted, and kept again once there is room",
  async () => {
    using disk = smallDisk(1_048_576);
    const env = { MLT_LOGGING__ENABLED: "true", MLT_LOGGING__SPOOL__DIR: join(disk.path, "spool") };
    await using service = await shop.serve([], env);
    expect((await predictRows(service.url, "before", [row])).status).toBe(200);
    const filler = fillDisk(disk.path);
    // Until what the segment's last block still took is used up.
    await until(async () => {
      expect((await predictRows(service.url, "full", [row])).status).toBe(200);
      return (await metric(service.url, dropped)) > 0;
    });
    expect(await readiness(service.url)).toEqual({
      status: 200,
      log: `no space is left for "${join(disk.path, "spool")}"`,
    });
    await service.saw(
      /The prediction log cannot be kept: no space is left .* answered all the same, and counted/,
    );
    const before = await metric(service.url, written);
    rmSync(filler);
    await until(async () => {
      await predictRows(service.url, "after", [row]);
      return (await metric(service.url, written)) > before + 20;
    });
    await service.saw(/The prediction log can be kept again/);
    expect((await readiness(service.url)).log).toMatch(/^\d+ records? (was|were) dropped since the start$/);
    const { stdout } = await shop.mlt(["logs", "--json", "--last", "0"], env);
    const kept: readonly { request_id: string }[] = JSON.parse(stdout);
    expect(kept[0]?.request_id).toBe("before");
    expect(kept.at(-1)?.request_id).toBe("after");
    expect(kept).toHaveLength(await metric(service.url, written));
  },
);

testWith(
  ["tmpfs"],
  "with on_full: reject a prediction that cannot be kept is not answered, and the probe says why",
  async () => {
    using disk = smallDisk(1_048_576);
    const env = {
      MLT_LOGGING__ENABLED: "true",
      MLT_LOGGING__SPOOL__DIR: join(disk.path, "spool"),
      MLT_LOGGING__SPOOL__ON_FULL: "reject",
    };
    await using service = await shop.serve([], env);
    expect((await predictRows(service.url, "before", [row])).status).toBe(200);
    const filler = fillDisk(disk.path);
    let answered = 1;
    const refused = await (async () => {
      for (;;) {
        const answer = await predictRows(service.url, "full", [row]);
        if (answer.status !== 200) return answer;
        answered++;
      }
    })();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.text()).toContain("The service cannot keep its prediction log: no space is left");
    expect((await readiness(service.url)).status).toBe(503);
    expect(await metric(service.url, written)).toBe(answered);
    rmSync(filler);
    await until(async () => (await readiness(service.url)).status === 200);
    expect((await predictRows(service.url, "after", [row])).status).toBe(200);
  },
);

for (const onFull of ["reject", "drop_oldest"]) {
  testWith(
    ["tmpfs"],
    `a disk that is full of what waits for a sink takes more once the sink has it, with on_full: ${onFull}`,
    async () => {
      using disk = smallDisk(262_144);
      let isUp = false;
      await using fluentd = await fakeFluentd(async (connection) => {
        if (isUp) await acknowledgeAll(connection);
        else connection.close();
      });
      const env = {
        MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
        MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
        MLT_LOGGING__SPOOL__DIR: join(disk.path, "spool"),
        MLT_LOGGING__SPOOL__ON_FULL: onFull,
      };
      await using service = await shop.serve(["--workers", "1"], env);
      await until(() => existsSync(join(disk.path, "spool/cursor-fluentd.json")));
      const rows = Array.from({ length: 50 }, () => row);
      await until(async () => {
        await predictRows(service.url, "before", rows);
        return (await metric(service.url, dropped)) > 0;
      });
      const kept = await metric(service.url, written);
      isUp = true;
      const sent = 'mlt_prediction_log_delivered_total{sink="fluentd"}';
      await until(async () => (await metric(service.url, sent)) === kept);
      await until(async () => {
        await predictRows(service.url, "after", rows);
        return (await metric(service.url, sent)) >= kept + 1_000;
      });
      expect(await metric(service.url, 'mlt_prediction_log_dropped_total{sink="fluentd"}')).toBe(0);
      await service.saw(/The prediction log can be kept again/);
    },
  );
}

test("a folder that cannot be made is told of, and predictions are answered", async () => {
  using dir = tempDir();
  writeFileSync(join(dir.path, "file"), "");
  const env = { MLT_LOGGING__ENABLED: "true", MLT_LOGGING__SPOOL__DIR: join(dir.path, "file/spool") };
  await using service = await shop.serve([], env);
  expect((await predictRows(service.url, "r", [row])).status).toBe(200);
  expect(await readiness(service.url)).toMatchObject({
    status: 200,
    log: expect.stringContaining("file/spool"),
  });
});

test("a folder that cannot be made keeps nothing from being said in plain words, also by the delivery", async () => {
  using dir = tempDir();
  writeFileSync(join(dir.path, "spool"), "");
  const env = {
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__SPOOL__DIR: join(dir.path, "spool"),
  };
  await using service = await shop.serve([], env);
  const said = await service.saw(/The delivery of the prediction log has ended \(exit code 4\)/);
  expect(said).toContain(`Cannot deliver the prediction log in "${join(dir.path, "spool")}": EEXIST`);
  expect(said).not.toContain("bug of mlt");
});

test("a delivery that the disk has stopped begins again once it can", async () => {
  using dir = tempDir();
  const spool = join(dir.path, "spool");
  await using fluentd = await fakeFluentd(acknowledgeAll);
  const env = {
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
    MLT_LOGGING__SPOOL__DIR: spool,
  };
  await using service = await shop.serve(["--workers", "1"], env);
  const sent = () => metric(service.url, 'mlt_prediction_log_delivered_total{sink="fluentd"}');
  await predictRows(service.url, "before", [row]);
  await until(async () => (await sent()) === 1);
  rmSync(spool, { recursive: true });
  writeFileSync(spool, "");
  await service.saw(/The delivery of the prediction log has ended \(exit code 4\)/);
  rmSync(spool);
  await until(async () => {
    await predictRows(service.url, "after", [row]);
    return (await sent()) > 1;
  });
});

test("what waits for a sink that hangs is told at the end, within the time for that", async () => {
  using dir = tempDir();
  await using fluentd = await fakeFluentd(async ({ closed }) => await closed);
  const env = {
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
    MLT_LOGGING__SPOOL__DIR: join(dir.path, "spool"),
    MLT_SERVE__SHUTDOWN_TIMEOUT: "1",
  };
  await using service = await shop.serve([], env);
  await predictRows(service.url, "r", [row, row]);
  await until(() => fluentd.nConnections() > 0);
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  expect(stderr).toContain("2 records wait on disk for fluentd: the next mlt serve delivers them");
});

/** The spool's segments, the oldest first. */
function segments(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".log"))
    .sort()
    .map((name) => join(dir, name));
}

testWith(sinkTools, "a damaged segment costs what is damaged, and that is told", async () => {
  using dir = tempDir();
  await using sinks = await loggedSinks(dir.path);
  {
    await using service = await shop.serve([], sinks.env);
    for (let request = 0; request < 30; request++) await predictRows(service.url, `r-${request}`, [row]);
  }
  const [segment = ""] = segments(join(dir.path, "spool"));
  const bytes = readFileSync(segment);
  const middle = bytes.indexOf("r-15");
  for (let at = middle; at < middle + 8; at++) bytes[at] = 0xff;
  writeFileSync(segment, bytes);
  await sinks.start();
  await using service = await shop.serve([], sinks.env);
  await delivered(service.url, 29);
  await service.saw(/bytes of the prediction log cannot be read and were passed over/);
  const ids = (await sinks.mongo.documents()).map(({ _id }) => _id);
  expect(ids.sort()).toEqual(
    Array.from({ length: 30 }, (_, at) => `r-${at}:0`)
      .filter((id) => id !== "r-15:0")
      .sort(),
  );
});

testWith(
  sinkTools,
  "a segment that was torn by a crash is cut back to its last whole entry, and that is told",
  async () => {
    using dir = tempDir();
    await using sinks = await loggedSinks(dir.path);
    const service = await shop.serve([], sinks.env);
    for (let request = 0; request < 10; request++) await predictRows(service.url, `r-${request}`, [row]);
    service.child.kill("SIGKILL");
    await service.finished;
    const [segment = ""] = segments(join(dir.path, "spool"));
    const bytes = readFileSync(segment);
    writeFileSync(segment, bytes.subarray(0, bytes.length - 7));
    await sinks.start();
    await using next = await shop.serve([], sinks.env);
    await next.saw(/ends in the middle of an entry, as after a crash: \d+ bytes were cut off/);
    await delivered(next.url, 9);
    expect((await sinks.mongo.documents()).map(({ _id }) => _id).sort()).toEqual(
      Array.from({ length: 9 }, (_, at) => `r-${at}:0`),
    );
  },
);

testWith(sinkTools, "records that are written after the clock was set back are delivered too", async () => {
  using dir = tempDir();
  await using sinks = await loggedSinks(dir.path);
  {
    await using service = await shop.serve([], sinks.env);
    await predictRows(service.url, "tomorrow", [row]);
  }
  // As if that service had lived tomorrow, by the clock of today.
  const [segment = ""] = segments(join(dir.path, "spool"));
  const name = segment.slice(segment.lastIndexOf("/") + 1);
  const tomorrow = String(Number(name.slice(0, 13)) + 86_400_000);
  renameSync(segment, segment.replace(name, tomorrow + name.slice(13)));
  await sinks.start();
  await using service = await shop.serve([], sinks.env);
  await delivered(service.url, 1);
  await predictRows(service.url, "today", [row]);
  await delivered(service.url, 2);
  expect((await sinks.mongo.documents()).map(({ _id }) => _id)).toEqual(["tomorrow:0", "today:0"]);
});

testWith(sinkTools, "records of a megabyte arrive as they are", async () => {
  using dir = tempDir();
  await using sinks = await loggedSinks(dir.path);
  await sinks.start();
  await using service = await shop.serve([], sinks.env);
  const notes = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(1_048_576));
  for (const [index, note] of notes.entries()) {
    expect((await predictRows(service.url, `long-${index}`, [{ ...row, note }])).status).toBe(200);
  }
  await delivered(service.url, 5);
  const documents = await sinks.mongo.documents();
  expect(documents.map(({ features }) => Object(features).note)).toEqual(notes);
  const events = await sinks.fluentd.events();
  expect(events.map(({ record: { features } }) => Object(features).note)).toEqual(notes);
});

test("what a fake server acknowledges wrongly is sent again, until it is acknowledged", async () => {
  using dir = tempDir();
  const chunks: number[] = [];
  await using fluentd = await fakeFluentd(async (connection, nth) => {
    if (nth > 2) return await acknowledgeAll(connection);
    chunks.push(chunkOf(await connection.received()).size);
    connection.send({ ack: "not the id of the chunk" });
    await connection.closed;
  });
  const env = {
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
    MLT_LOGGING__SPOOL__DIR: join(dir.path, "spool"),
  };
  await using service = await shop.serve([], env);
  await predictRows(service.url, "r", [row, row]);
  await until(
    async () => (await metric(service.url, 'mlt_prediction_log_delivered_total{sink="fluentd"}')) === 2,
  );
  expect(chunks).toEqual([2, 2]);
  expect(fluentd.nConnections()).toBe(3);
  await service.saw(/fluentd takes the prediction log again/);
});

testWith(sinkTools, "a record that MongoDB refuses for good is set aside, and the others go on", async () => {
  using dir = tempDir();
  await using sinks = await loggedSinks(dir.path);
  await sinks.start();
  const env = { ...sinks.env, MLT_SERVE__MAX_BODY_BYTES: "33554432" };
  await using service = await shop.serve([], env);
  // Beyond the 16 MiB of a BSON document.
  const note = "x".repeat(17 * 1_048_576);
  expect((await predictRows(service.url, "huge", [{ ...row, note }])).status).toBe(200);
  expect((await predictRows(service.url, "next", [row])).status).toBe(200);
  const of = (what: string) => metric(service.url, `mlt_prediction_log_${what}{sink="mongodb"}`);
  await until(async () => (await of("delivered_total")) + (await of("refused_total")) >= 2);
  expect(await of("refused_total")).toBe(1);
  expect((await sinks.mongo.documents()).map(({ _id }) => _id)).toEqual(["next:0"]);
  const letters = join(dir.path, "spool/dead-letter-mongodb.ndjson");
  expect(existsSync(letters)).toBe(true);
  const lines = readFileSync(letters, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).record.request_id)).toEqual(["huge"]);
  const said = await service.saw(/mongodb refused a record/);
  expect(said).not.toContain("xxx");
});
