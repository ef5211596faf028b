/** What is looked at of a delivery. */
interface Delivering {
  /** Milliseconds since there was last nothing to deliver, or its sink took nothing. */
  behindMs(): number;
}

/** How this process shares the machine with others. */
export interface Pace {
  readonly whenIdle: () => void;
  readonly besideOthers: () => void;
}

export interface HasteOptions {
  readonly pace: Pace;
  readonly deliveries: readonly Delivering[];
  /** Whether it has to begin with haste. */
  readonly hurries: boolean;
  /** Called when what the machine leaves is too little: this process cannot take more of it any more. */
  readonly onLate: () => void;
  /** Called when haste is over. */
  readonly onCaughtUp: () => void;
  /** How long answers may keep delivery waiting. @default 60000 */
  readonly patienceMs?: number;
}

const lookEveryMs = 1_000;

/**
 * Answers come first: this process takes what they leave of the machine, unless that was too little for a minute. Then it
 * has to be started again, in haste, until it has caught up. Looks until it is stopped.
 */
export function keepHaste(options: HasteOptions): { stop(): void } {
  const { pace, deliveries, onLate, onCaughtUp, patienceMs = 60_000 } = options;
  let { hurries } = options;
  if (hurries) pace.besideOthers();
  else pace.whenIdle();
  const timer = setInterval(
    () => {
      const behindMs = Math.max(0, ...deliveries.map((each) => each.behindMs()));
      if (!hurries && behindMs > patienceMs) onLate();
      if (!hurries || behindMs > lookEveryMs) return;
      hurries = false;
      pace.whenIdle();
      onCaughtUp();
    },
    Math.min(lookEveryMs, patienceMs),
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
