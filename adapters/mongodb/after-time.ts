/** What happens after so long unless the work has ended; the work itself goes on. */
export async function afterTime<Result>(
  work: Promise<Result>,
  timeMs: number,
  otherwise: () => Result,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeIsUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeMs);
  });
  try {
    return await Promise.race([work, timeIsUp.then(otherwise)]);
  } finally {
    clearTimeout(timer);
  }
}
