export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** How long to wait between attempts at what fails: longer each time, and never as long as others wait. */
export interface Backoff {
  /** Milliseconds until the next attempt. */
  next(): number;
  /** An attempt has succeeded. */
  reset(): void;
}

/**
 * Pauses that double up to the longest, each shortened by a random part of up to its half.
 *
 * @see Brooker, Exponential Backoff And Jitter, AWS Architecture Blog 2015 ("equal jitter")
 */
export function backoff({ firstMs, longestMs, random }: BackoffOptions): Backoff {
  let failures = 0;
  return {
    next: () => {
      const ceiling = Math.min(longestMs, firstMs * 2 ** failures);
      failures = Math.min(failures + 1, 30);
      return ceiling * (1 - random() / 2);
    },
    reset: () => {
      failures = 0;
    },
  };
}
