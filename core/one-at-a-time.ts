/**
 * Work of which one run goes on at a time.
 *
 * @returns starts a run; during one, asks for another after it, however often it is called.
 *   Resolves when none is left to run, and rejects as the work does.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    try {
      while (again) {
        again = false;
        await work();
      }
    } finally {
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
