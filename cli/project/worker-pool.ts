import { setTimeout as delay } from "node:timers/promises";
import { startWorker, type WorkerEnd, type WorkerProcess } from "../../adapters/worker-process.ts";
import { combineMetrics, type MetricFamily } from "../../core/service/metrics-text.ts";
import type { ModelNews } from "./watch-model.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

export interface WorkerPoolOptions extends Omit<Extract<ToWorker, { type: "serve" }>, "type" | "modelId"> {
  /** Called with what happened to a worker, and what is done about it. */
  readonly onTrouble: (what: string) => void;
  /** Called when a worker is no more. */
  readonly onEnded: () => void;
  /** What others have counted than the workers. */
  readonly gatherMore: () => Promise<readonly MetricFamily[]>;
  /** Where it is told of models that come; all workers watch the same, so one is listened to. */
  readonly news: ModelNews;
}

type Listening = Extract<FromWorker, { type: "listening" }>;

/** What became of a worker that was started: it listens, or has ended before it did. */
export type Started =
  | { readonly listening: Listening }
  | { readonly listening: undefined; readonly code: number };

interface Worker {
  readonly process: WorkerProcess;
  readonly startedMs: number;
  listens: boolean;
  /** What it had counted when it was last asked. */
  counted: readonly MetricFamily[];
}

/** A worker that does not say what it has counted is left out after this time. */
const countTimeoutMs = 1_000;
/** One that lived for less is started again with a pause, longer each time. */
const shortLifeMs = 5_000;
const longestPauseMs = 5_000;

/** Processes that serve one port. */
export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly workers = new Set<Worker>();
  private readonly counting = new Map<number, (worker: Worker) => void>();
  /** What workers had counted that are no more: the sum of all must never fall. */
  private past: readonly MetricFamily[] = [];
  private restarts = 0;
  private shortLives = 0;
  private asked = 0;
  private modelId: string | undefined;
  private readonly stopping = new AbortController();

  constructor(options: WorkerPoolOptions) {
    this.options = options;
  }

  /** Starts one worker more; one that ends after it has listened is replaced. */
  async start(): Promise<Started> {
    const listening = Promise.withResolvers<Listening>();
    const worker: Worker = {
      process: startWorker({
        role: "serve",
        args: ["serve"],
        // The worker is this very program: its messages are what they say they are.
        onMessage: (message) => this.take(worker, message as FromWorker, listening.resolve),
      }),
      startedMs: performance.now(),
      listens: false,
      counted: [],
    };
    this.workers.add(worker);
    const { project, port, threads, watch } = this.options;
    this.tell(worker, { type: "serve", project, port, threads, watch, modelId: this.modelId });
    const ended = worker.process.ended.then((end) => {
      this.workers.delete(worker);
      this.past = combineMetrics([this.past, worker.counted.filter(({ type }) => type !== "gauge")]);
      this.options.onEnded();
      return end;
    });
    const first = await Promise.race([listening.promise, ended]);
    if (!("url" in first)) return { listening: undefined, code: first.code ?? 1 };
    if (!watch) this.modelId = first.card.id;
    void ended.then((end) => this.replace(worker, end));
    return { listening: first };
  }

  /** Starts one worker more, again and again until it listens, and then replaces it whenever it ends. */
  async keep(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures++) {
      // At once where those before had lived: every moment without it is the others' burden.
      if (this.shortLives > 1) await this.pause(Math.min(100 * 2 ** this.shortLives, longestPauseMs));
      if (this.stopping.signal.aborted || (await this.start()).listening !== undefined) return;
      this.shortLives++;
      if (failures === 0 && !this.stopping.signal.aborted) this.tellShortage();
    }
  }

  /** Ends every worker with the signal, and at once what is left after `timeoutMs`. */
  async stop(signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
    this.stopping.abort();
    const workers = [...this.workers];
    for (const { process } of workers) process.kill(signal);
    const late = setTimeout(() => this.kill(), timeoutMs);
    await Promise.all(workers.map(({ process }) => process.ended));
    clearTimeout(late);
  }

  /** Ends every worker at once. */
  kill(): void {
    for (const { process } of this.workers) process.kill("SIGKILL");
  }

  private async replace(worker: Worker, { code, signal }: WorkerEnd): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const lived = performance.now() - worker.startedMs;
    this.shortLives = lived < shortLifeMs ? this.shortLives + 1 : 0;
    this.restarts++;
    this.options.onTrouble(`A worker has ended (${signal ?? `exit code ${code}`}); starting another`);
    await this.keep();
  }

  private tellShortage(): void {
    const left = this.listening();
    const others = `${left === 0 ? "no other" : left} answer${left === 1 ? "s" : ""}`;
    this.options.onTrouble(
      `A worker has ended before it answered; ${others}, trying again every ${longestPauseMs / 1000} seconds`,
    );
  }

  private listening(): number {
    return [...this.workers].filter(({ listens }) => listens).length;
  }

  private async pause(ms: number): Promise<void> {
    // Aborted by `stop`, which nobody has to wait for.
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private take(worker: Worker, message: FromWorker, listening: (message: Listening) => void): void {
    switch (message.type) {
      case "listening":
        worker.listens = true;
        listening(message);
        break;
      case "news": {
        const [eldest] = this.workers;
        if (worker === eldest) this.options.news[message.how](message.text);
        break;
      }
      case "counts":
        worker.counted = message.families;
        this.counting.get(message.id)?.(worker);
        break;
      case "gather":
        void this.gather().then((families) =>
          this.tell(worker, { type: "counted", id: message.id, families }),
        );
    }
  }

  private tell({ process }: Worker, message: ToWorker): void {
    process.send(message);
  }

  /** What all workers have counted, those of the past included. */
  private async gather(): Promise<readonly MetricFamily[]> {
    const id = ++this.asked;
    const missing = new Set(this.workers);
    const all = Promise.withResolvers<void>();
    this.counting.set(id, (worker) => {
      missing.delete(worker);
      if (missing.size === 0) all.resolve();
    });
    for (const worker of this.workers) this.tell(worker, { type: "count", id });
    const late = delay(countTimeoutMs, undefined, { ref: false });
    const [more] = await Promise.all([this.options.gatherMore(), Promise.race([all.promise, late])]);
    this.counting.delete(id);
    const families = [...this.workers].map(({ counted }) => counted);
    return combineMetrics([...families, this.past, this.ownFamilies(), more]);
  }

  private ownFamilies(): readonly MetricFamily[] {
    return [
      {
        name: "mlt_worker_listening",
        help: "Workers that answer.",
        type: "gauge",
        combine: "sum",
        series: [{ labels: "", values: [this.listening()] }],
      },
      {
        name: "mlt_worker_restart_total",
        help: "Workers that had ended by themselves and were replaced.",
        type: "counter",
        combine: "sum",
        series: [{ labels: "", values: [this.restarts] }],
      },
    ];
  }
}
