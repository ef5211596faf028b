import type { Gauge } from "./metric-registry.ts";

/** Which requests are there, from their head to their answer. */
export interface RequestAttendance {
  begin(): Period;
  /** `answeredMs` is left out where the answer is none that clients live on. */
  end(begun: Period, answeredMs: number | undefined): void;
  inProgress(): number;
  /** How many answers had a time. */
  answered(): number;
  /** Milliseconds since the last answer that has a time: 0 while a request is in progress, endless before the first. */
  restedMs(): number;
  /** Resolves when no request is in progress. */
  idle(): Promise<void>;
  /** Resolves when the requests that are in progress now are answered. */
  newPeriod(): Promise<void>;
}

/** Requests that began under the same model. */
interface Period {
  inProgress: number;
  ended: () => void;
}

/** Nobody is there yet. @param now  monotonic, in milliseconds */
export function requestAttendance(gauge: Pick<Gauge, "set">, now: () => number): RequestAttendance {
  let inProgress = 0;
  let answered = 0;
  let lastAnswerMs = Number.NEGATIVE_INFINITY;
  let period: Period = { inProgress: 0, ended: () => undefined };
  const waiting: (() => void)[] = [];
  return {
    begin: () => {
      period.inProgress++;
      gauge.set(++inProgress);
      return period;
    },
    end: (begun, answeredMs) => {
      gauge.set(--inProgress);
      if (answeredMs !== undefined) {
        answered++;
        lastAnswerMs = answeredMs;
      }
      if (--begun.inProgress === 0) begun.ended();
      if (inProgress === 0) for (const done of waiting.splice(0)) done();
    },
    inProgress: () => inProgress,
    answered: () => answered,
    restedMs: () => (inProgress > 0 ? 0 : now() - lastAnswerMs),
    idle: () => (inProgress === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
    newPeriod: () => {
      const before = period;
      return new Promise((ended) => {
        period = { inProgress: 0, ended: () => undefined };
        before.ended = ended;
        if (before.inProgress === 0) ended();
      });
    },
  };
}
