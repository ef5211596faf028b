import { createServer } from "node:net";
import { addressInUse } from "./http-server.ts";

/**
 * Claims a port that several processes are about to share, until this process ends. Whoever shares a port is given a
 * part of its requests, so the system would let two services have one; it lets one process have a name.
 *
 * @throws {MltError} when another `mlt` has claimed it
 */
export async function claimPort(host: string, port: number): Promise<void> {
  if (process.platform !== "linux") return;
  const claim = createServer();
  await new Promise<void>((resolve, reject) => {
    claim.once("error", (cause) => reject(addressInUse(cause, { host, port })));
    // A name without a file: it goes with the process, whatever ends that.
    claim.listen(`\0mlt-serve-${host}-${port}`, resolve);
  });
  claim.unref();
}
