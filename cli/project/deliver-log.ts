import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { runBesideOthers, runWhenIdle } from "../../adapters/idle-priority.ts";
import { systemCode } from "../../adapters/spool/disk-failure.ts";
import { type SpoolLock, tryLock } from "../../adapters/spool/spool-lock.ts";
import type { ParentProcess } from "../../adapters/worker-process.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say } from "../output.ts";
import { reportError } from "../report-error.ts";
import { endLog } from "./end-log.ts";
import { endSignals } from "./end-signals.ts";
import { keepHaste } from "./haste.ts";
import { openSink, sinkNames } from "./logging-sinks.ts";
import { spoolDir } from "./prediction-log.ts";
import type { FromSender, ToSender } from "./sender-messages.ts";
import { type SinkDelivery, sinkDelivery } from "./sink-delivery.ts";

const lockEveryMs = 500;

/** Delivers the prediction log of a service that has started this process, until that is done or gone. @returns the exit code */
export async function deliverLog(parent: ParentProcess, log: ServiceLog): Promise<number> {
  // Whoever asks the service to end has this process end by it, once it has delivered what was answered.
  endSignals();
  const gone = new Promise<void>((done) => parent.onGone(done));
  let code = 0;
  try {
    const link = linkTo(parent);
    const started = await Promise.race([link.start, gone]);
    if (started === undefined) return 0;
    const { project } = started;
    log.setFormat(project.config.serve.log_format);
    await Promise.race([deliverTo(started, link).catch(blameDisk(spoolDir(project))), gone]);
  } catch (cause) {
    code = reportError(cause, ["serve"]);
  } finally {
    parent.leave();
  }
  await endLog(log, code);
  // A sink that hangs, or is connected after a failure, would keep the process, and nobody would start another.
  process.exit(code);
}

async function deliverTo({ project, hurries }: Start, link: SenderLink): Promise<void> {
  const dir = spoolDir(project);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  using held = await lock(dir, link);
  // Told to finish while another delivers: that one has it all.
  if (held === undefined) return;
  const names = sinkNames(project.config.logging);
  const sinks = await Promise.all(names.map((name) => openSink(name, project)));
  const deliveries = await Promise.all(
    names.flatMap((name, index) => {
      const sink = sinks[index];
      return sink === undefined ? [] : [sinkDelivery({ name, sink, dir })];
    }),
  );
  link.begin(deliveries);
  const haste = keepHaste({
    pace: { whenIdle: runWhenIdle, besideOthers: runBesideOthers },
    deliveries,
    hurries,
    onLate: () => {
      link.tell({ type: "late" });
      for (const each of deliveries) each.stop();
    },
    onCaughtUp: () => link.tell({ type: "caught_up" }),
  });
  await Promise.all(deliveries.map((each) => each.run()));
  haste.stop();
  await link.leaving();
  await Promise.all(sinks.map((sink) => sink.close()));
}

/** What the system says against the folder is the operator's to mend; the next attempt is made by who started this one. */
function blameDisk(dir: string): (cause: unknown) => never {
  return (cause) => {
    if (systemCode(cause) === undefined || !(cause instanceof Error)) throw cause;
    throw new MltError(`Cannot deliver the prediction log in "${dir}": ${cause.message}`, {
      hint: "Make logging.spool.dir a folder that mlt can read and write, on a disk with room.",
      exitCode: ExitCode.external,
      cause,
    });
  };
}

/** Waits until no other process delivers the folder: one of a service that was killed ends a moment later. */
async function lock(dir: string, { finishing, begin }: SenderLink): Promise<Disposable | undefined> {
  for (let told = false; !finishing.aborted; told = true) {
    const held: SpoolLock | undefined = await tryLock(dir);
    if (held !== undefined) return { [Symbol.dispose]: () => held.release() };
    // Until then whoever asks is told that there is nothing to count, and does not wait for an answer.
    begin([]);
    await delay(lockEveryMs, undefined, { signal: finishing }).catch(() => undefined);
    if (!told) say(`Another process delivers the prediction log in "${dir}"; waiting for its end`);
  }
  return undefined;
}

type Start = Extract<ToSender, { type: "deliver" }>;

interface SenderLink {
  readonly start: Promise<Start>;
  /** Aborted when nothing more will be written. */
  readonly finishing: AbortSignal;
  /** From now on these are what is counted and finished. */
  begin(deliveries: readonly SinkDelivery[]): void;
  tell(message: FromSender): void;
  /** Tells what was counted to the end. */
  leaving(): Promise<void>;
}

/** The conversation with the service. */
function linkTo(parent: ParentProcess): SenderLink {
  const start = Promise.withResolvers<Start>();
  const begun = Promise.withResolvers<void>();
  let deliveries: readonly SinkDelivery[] = [];
  let finishMs: number | undefined;
  const finishing = new AbortController();
  const send = (message: FromSender) => parent.send(message);
  // Before it has begun, nobody knows how much waits.
  const count = async (id: number) => {
    await begun.promise;
    send({ type: "counted", id, sinks: await Promise.all(deliveries.map((each) => each.counts())) });
  };
  const finish = () => {
    if (finishMs === undefined) return;
    for (const each of deliveries) each.finish(finishMs);
  };
  const take = (message: ToSender) => {
    switch (message.type) {
      case "deliver":
        start.resolve(message);
        break;
      case "count":
        void count(message.id);
        break;
      case "finish":
        finishMs = message.withinMs;
        finish();
        finishing.abort();
    }
  };
  // The parent is this very program: its messages are what they say they are.
  parent.onMessage((received) => take(received as ToSender));
  return {
    start: start.promise,
    tell: send,
    finishing: finishing.signal,
    begin(now) {
      deliveries = now;
      begun.resolve();
      finish();
    },
    leaving: () => count(0),
  };
}
