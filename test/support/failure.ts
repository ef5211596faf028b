import { MltError } from "../../core/errors.ts";

/** The `MltError` that the work must fail with; anything else it does is a failure of the test. */
export async function failure(work: () => unknown): Promise<MltError> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof MltError) return cause;
    throw new Error("Expected an MltError", { cause });
  }
  throw new Error("Expected an MltError, and nothing failed");
}
