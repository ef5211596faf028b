import { setTimeout as delay } from "node:timers/promises";
import { startWorker, type WorkerProcess } from "../../adapters/worker-process.ts";
import { backoff } from "../../core/prediction-log/backoff.ts";
import { warn } from "../output.ts";
import type { SinkName, SinkProject } from "./logging-sinks.ts";
import type { FromSender, SinkCounts, ToSender } from "./sender-messages.ts";

/** One that does not say what it has counted is taken at what it said last. */
const countTimeoutMs = 1_000;
/** What a process needs to leave once nothing is left to do. */
const marginMs = 500;

/** The process that delivers a project's prediction log; another takes its place when it ends. */
export class LogSender {
  private readonly project: SinkProject;
  /** What it said last; nothing of a sink that it has not spoken of yet. */
  private readonly last = new Map<SinkName, SinkCounts>();
  /** What those had counted that are no more. */
  private past = new Map<SinkName, SinkCounts>();
  private readonly asking = new Map<number, () => void>();
  private readonly stopping = new AbortController();
  private asked = 0;
  private hurries = false;
  /** Whether its end was agreed upon. */
  private isLate = false;
  private process: WorkerProcess;

  constructor(project: SinkProject) {
    this.project = project;
    this.process = this.start();
    void this.keep();
  }

  /** What was delivered since the service was started. */
  async counts(): Promise<readonly SinkCounts[]> {
    const id = ++this.asked;
    const answered = new Promise<void>((done) => this.asking.set(id, done));
    this.tell({ type: "count", id });
    await Promise.race([answered, delay(countTimeoutMs, undefined, { ref: false })]);
    this.asking.delete(id);
    return [...this.last.values()].map((counts) => added(counts, this.past.get(counts.sink)));
  }

  /** Has it deliver what is written, while the sinks take it, and ends it after so many milliseconds, or a moment. */
  async finish(withinMs: number): Promise<void> {
    this.stopping.abort();
    this.tell({ type: "finish", withinMs: Math.max(0, withinMs - marginMs) });
    const late = setTimeout(() => this.kill(), Math.max(withinMs, marginMs));
    await this.process.ended;
    clearTimeout(late);
    this.tellWaiting();
  }

  /** Ends it at once. */
  kill(): void {
    this.process.kill("SIGKILL");
  }

  private start(): WorkerProcess {
    const started = startWorker({
      role: "deliver",
      args: ["serve"],
      // It is this very program: its messages are what they say they are.
      onMessage: (message) => this.take(message as FromSender),
    });
    const { root, config, modelDir, idName } = this.project;
    const message: ToSender = {
      type: "deliver",
      project: { root, config, modelDir, idName },
      hurries: this.hurries,
    };
    started.send(message);
    return started;
  }

  private async keep(): Promise<void> {
    const pauses = backoff({ firstMs: 500, longestMs: 30_000, random: Math.random });
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const startedMs = performance.now();
      const end = await this.process.ended;
      if (signal.aborted) return;
      if (performance.now() - startedMs > 60_000) pauses.reset();
      if (!this.isLate) {
        warn(
          `The delivery of the prediction log has ended (${end.signal ?? `exit code ${end.code}`}); starting it again`,
        );
        await delay(pauses.next(), undefined, { signal }).catch(() => undefined);
      }
      this.isLate = false;
      if (signal.aborted) return;
      this.past = new Map([...this.last].map(([sink, counts]) => [sink, added(counts, this.past.get(sink))]));
      for (const [sink, { pending }] of this.last)
        this.last.set(sink, { sink, delivered: 0, refused: 0, pending });
      this.process = this.start();
    }
  }

  private take(message: FromSender): void {
    switch (message.type) {
      case "counted":
        for (const counts of message.sinks) this.last.set(counts.sink, counts);
        this.asking.get(message.id)?.();
        break;
      case "late":
        this.isLate = true;
        this.hurries = true;
        break;
      case "caught_up":
        this.hurries = false;
    }
  }

  private tell(message: ToSender): void {
    this.process.send(message);
  }

  private tellWaiting(): void {
    for (const { sink, pending } of this.last.values()) {
      if (pending === 0) continue;
      const wait = pending === 1 ? "1 record waits" : `${pending} records wait`;
      warn(`${wait} on disk for ${sink}: the next mlt serve delivers ${pending === 1 ? "it" : "them"}`);
    }
  }
}

function added(counts: SinkCounts, past: SinkCounts | undefined): SinkCounts {
  if (past === undefined) return counts;
  return {
    ...counts,
    delivered: counts.delivered + past.delivered,
    refused: counts.refused + past.refused,
  };
}
