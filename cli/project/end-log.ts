import type { ServiceLog } from "../log/service-log.ts";

/** How long the last lines of the log may take to leave, once there is nothing else to do. */
const logTimeoutMs = 1_000;

/** Left to itself, the process would wait for a reader of stderr that does not read. */
export async function endLog(log: ServiceLog, code: number): Promise<void> {
  if (!(await log.drain(logTimeoutMs))) process.exit(code);
}
