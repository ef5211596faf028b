import { MltError } from "../../core/errors.ts";

/** What was found of one thing that is looked at. */
export interface Finding {
  readonly state: "ok" | "warning" | "problem";
  readonly subject: string;
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A finding of what works, unless it throws. */
export async function check(subject: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { state: "ok", subject, detail: await work() };
  } catch (cause) {
    return problem(subject, cause);
  }
}

/** A finding of what does not work. */
export function problem(subject: string, cause: unknown): Finding {
  const hint = cause instanceof MltError && cause.hint !== undefined ? { hint: cause.hint } : {};
  return {
    state: "problem",
    subject,
    detail: cause instanceof Error ? cause.message : String(cause),
    ...hint,
  };
}
