import { describe, expect } from "bun:test";
import { ExitCode } from "../../core/errors.ts";
import type { PredictionSink } from "../../core/ports.ts";
import type { LogRecord, LogValue } from "../../core/prediction-log/log-record.ts";
import { failure } from "../support/failure.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

/** The real server of a sink; what it has taken it keeps while it does not run. */
export interface SinkServer extends AsyncDisposable {
  /** Starts it, and resolves once it takes connections. */
  start(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Stops it where it is, by SIGSTOP. */
  freeze(): void;
  /** Lets it go on, by SIGCONT. */
  thaw(): void;
  /** A sink of this server, with timeouts of a second or two. */
  open(): PredictionSink;
  /** The fields of every record that it has, as they were sent, in the order in which it took them. */
  read(): Promise<readonly LogRecord["fields"][]>;
}

export interface SinkContract {
  /** Programs that the server needs. */
  readonly tools: readonly string[];
  /** Makes a server, not yet started, that keeps what it has in the folder. */
  readonly server: (dir: string) => Promise<SinkServer>;
  /** Longest that a sink may take to tell that the server is down or hangs, with the timeouts of `open`. */
  readonly patienceMs: number;
  /** Whether a record that was sent twice is there once. */
  readonly keepsOnce: boolean;
  /** A record that it never takes, and what the reason must say; not given where it takes everything. */
  readonly refused?: { readonly record: LogRecord; readonly reason: RegExp };
}

/** What every sink promises to whoever delivers to it. */
export function checkPredictionSink(name: string, contract: SinkContract): void {
  const check = (what: string, run: (server: SinkServer) => Promise<void>) =>
    testWith(contract.tools, what, async () => {
      using dir = tempDir();
      await using server = await contract.server(dir.path);
      await run(server);
    });

  describe(`${name} as a prediction sink`, () => {
    check("keeps every field as it is", async (server) => {
      await server.start();
      const sink = server.open();
      expect(await sink.write(everyKind)).toEqual([]);
      await sink.close();
      expect(await server.read()).toEqual(everyKind.map(({ fields }) => fields));
    });

    check("takes no records at all", async (server) => {
      await server.start();
      const sink = server.open();
      expect(await sink.write([])).toEqual([]);
      expect(await sink.write(records("after", 1))).toEqual([]);
      await sink.close();
      expect(await server.read()).toHaveLength(1);
    });

    check("keeps many records, those of a request in their order", async (server) => {
      await server.start();
      const sink = server.open();
      const sent = ["a", "b", "c"].map((request) => records(request, 1_500));
      for (const batch of sent) expect(await sink.write(batch)).toEqual([]);
      await sink.close();
      const read = await server.read();
      for (const request of ["a", "b", "c"]) {
        const rows = read.filter(({ request_id }) => request_id === request).map(({ row }) => row);
        expect(rows).toEqual(Array.from({ length: 1_500 }, (_, row) => row));
      }
      expect(read).toHaveLength(4_500);
    });

    check("has what it acknowledged once when its server was killed in the middle", async (server) => {
      await server.start();
      const sink = server.open();
      const { write, acknowledged, sent } = counted(sink);
      for (const turns of [0, 20, 200, 2_000]) {
        const batch = records(`killed-${turns}`, 1_000);
        await write(records(`before-${turns}`, 10));
        const writing = write(batch).then(isEmpty, () => false);
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        await server.kill();
        const isAcknowledged = await writing;
        await server.start();
        if (!isAcknowledged) await write(batch);
      }
      await sink.close();
      const counts = countsOf((await server.read()).map(({ request_id, row }) => `${request_id}:${row}`));
      expect([...counts.keys()].sort()).toEqual([...acknowledged].sort());
      const most = (key: string) => (contract.keepsOnce ? 1 : (sent.get(key) ?? 0));
      expect([...counts].filter(([key, count]) => count > most(key))).toEqual([]);
    });

    const { refused } = contract;
    if (refused !== undefined) {
      check("gives back a record that the server never takes, and delivers the others", async (server) => {
        await server.start();
        const sink = server.open();
        const [first, second, third] = [records("first", 2), records("second", 2), records("third", 1)];
        const returned = await sink.write([...first, refused.record, ...second]);
        expect(returned.map(({ record }) => record.key)).toEqual([refused.record.key]);
        expect(returned[0]?.reason).toMatch(refused.reason);
        expect(await sink.write(third)).toEqual([]);
        await sink.close();
        expect(await server.read()).toEqual([...first, ...second, ...third].map(({ fields }) => fields));
      });
    }

    check("rejects while its server is down, and delivers when it has started", async (server) => {
      const sink = server.open();
      await failsInTime(() => sink.write(records("a", 1)));
      await server.start();
      expect(await sink.write(records("a", 1))).toEqual([]);
      await sink.close();
      expect(await server.read()).toEqual(records("a", 1).map(({ fields }) => fields));
    });

    check("rejects while its server hangs, and delivers when it goes on", async (server) => {
      await server.start();
      const sink = server.open();
      await sink.write(records("before", 1));
      server.freeze();
      await failsInTime(() => sink.write(records("during", 1)));
      server.thaw();
      expect(await sink.write(records("after", 1))).toEqual([]);
      await sink.close();
      const requests = (await server.read()).map(({ request_id }) => request_id);
      expect(requests).toContain("before");
      expect(requests).toContain("after");
    });

    check("rejects where its server hangs from the start, and closes", async (server) => {
      await server.start();
      server.freeze();
      const sink = server.open();
      await failsInTime(() => sink.write(records("a", 1)));
      await inTime(() => sink.close());
      server.thaw();
    });

    check("delivers to a server that was started again between two writes", async (server) => {
      await server.start();
      const sink = server.open();
      await sink.write(records("before", 1));
      await server.kill();
      await server.start();
      // The connection that broke may be noticed by this write only: then it is to be sent again.
      if (!(await sink.write(records("after", 1)).then(isEmpty, () => false))) {
        expect(await sink.write(records("after", 1))).toEqual([]);
      }
      await sink.close();
      const requests = (await server.read()).map(({ request_id }) => request_id);
      expect(new Set(requests)).toEqual(new Set(["before", "after"]));
    });

    check("closes before it was used, twice, and while its server hangs", async (server) => {
      const unused = server.open();
      await unused.close();
      await unused.close();
      await server.start();
      const sink = server.open();
      await sink.write(records("a", 1));
      server.freeze();
      await inTime(() => sink.close());
      await inTime(() => sink.close());
      server.thaw();
      expect(await server.read()).toHaveLength(1);
    });
  });

  async function inTime<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      expect(performance.now() - start).toBeLessThan(contract.patienceMs);
    }
  }

  async function failsInTime(work: () => Promise<unknown>): Promise<void> {
    const error = await inTime(() => failure(work));
    expect(error.exitCode).toBe(ExitCode.external);
    expect(error.hint).toBeString();
  }
}

/** Writes to a sink, and remembers how often each record was sent, and which were acknowledged. */
function counted(sink: PredictionSink) {
  const sent = new Map<string, number>();
  const acknowledged = new Set<string>();
  return {
    sent,
    acknowledged,
    async write(batch: readonly LogRecord[]) {
      for (const { key } of batch) sent.set(key, (sent.get(key) ?? 0) + 1);
      const refused = await sink.write(batch);
      for (const { key } of batch) acknowledged.add(key);
      return refused;
    },
  };
}

function countsOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function isEmpty(refused: readonly unknown[]): boolean {
  return refused.length === 0;
}

const startMs = Date.UTC(2026, 10, 24, 19, 13, 44, 123);

/** Predictions of iris, of one request, each a millisecond after the one before. */
export function records(requestId: string, count: number): readonly LogRecord[] {
  return Array.from({ length: count }, (_, row) =>
    record(requestId, row, {
      ID: `A-${row}`,
      model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
      model_name: "iris",
      model_version: "1.2.0",
      model_creation_time: "2026-11-24T03:00:00.000Z",
      features: { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
      prediction: "setosa",
      class_1: "setosa",
      proba_1: 0.98,
      class_2: "versicolor",
      proba_2: 0.02,
      latency_ms: 1.2,
    }),
  );
}

/** A prediction with the given fields behind those that every record has. */
export function record(requestId: string, row: number, more: Readonly<Record<string, LogValue>>): LogRecord {
  const timeMs = startMs + row;
  return {
    event: "predict_proba",
    timeMs,
    key: `${requestId}:${row}`,
    fields: {
      schema_version: 1,
      timestamp: new Date(timeMs).toISOString(),
      request_id: requestId,
      row,
      event: "predict_proba",
      ...more,
    },
  };
}

/** Every kind of value that a record may hold, and names that are hard to keep. */
const everyKind: readonly LogRecord[] = [
  ...records("usual", 2),
  record("numbers", 0, {
    ID: 9_007_199_254_740_991,
    features: {
      zero: 0,
      whole: -7,
      beyond_int32: 2_147_483_648,
      beyond_uint32: -4_294_967_297,
      beyond_int64: 1e21,
      fraction: 0.1,
      large: 3.4028235e38,
      small: 1e-45,
      smallest: 5e-324,
    },
    prediction: 5,
  }),
  record("texts", 0, {
    ID: "Ä-日本-🌷-\u0001",
    features: {
      nothing: null,
      yes: true,
      no: false,
      empty: "",
      number_like: "007",
      lines: 'a\nb\t"c"\\',
      "name with blanks": "ß",
      größe: 1,
      "with.dot": 1,
      $with_dollar: 2,
      "100%": 3,
      "%2E": 4,
      __proto__x: 5,
    },
    prediction: "Iris-versicolor",
  }),
  {
    event: "feedback",
    timeMs: startMs,
    key: "feedback:0",
    fields: {
      schema_version: 1,
      // In the time zone that the log is kept in.
      timestamp: "2026-11-24T20:13:44.123+01:00",
      request_id: "feedback",
      row: 0,
      event: "feedback",
      predicted_request_id: "usual",
      predicted_row: 1,
      model_name: "iris",
      truth: "virginica",
    },
  },
];
