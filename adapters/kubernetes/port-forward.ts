import { ExitCode, MltError } from "../../core/errors.ts";
import { lineProcess } from "../line-process.ts";
import { onInterrupt } from "../on-interrupt.ts";
import { reachDirectly } from "../reach-directly.ts";
import type { Cluster } from "./cluster.ts";
import { clusterFailure } from "./cluster-failure.ts";

/** A port of a pod, as a port of this machine. */
export interface ForwardedPort extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

const host = "127.0.0.1";
const openMs = 10_000;
const endMs = 2_000;

/**
 * Opens a way to a pod's port from this machine alone; it goes with the block that it was made in.
 *
 * @throws {MltError} external: where the cluster gives none within ten seconds
 */
export async function forwardPort(cluster: Cluster, pod: string, port: number): Promise<ForwardedPort> {
  const lines: string[] = [];
  const opened = Promise.withResolvers<number>();
  const kubectl = lineProcess({
    command: cluster.kubectlCommand(["port-forward", `pod/${pod}`, `:${port}`, "--address", host]),
    env: cluster.env,
    onLine(line) {
      lines.push(line);
      const own = /^Forwarding from [\d.]+:(\d+) ->/.exec(line)?.[1];
      if (own !== undefined) opened.resolve(Number(own));
    },
  });
  const stopListening = onInterrupt(() => void kubectl.end(endMs));
  const close = async () => {
    stopListening();
    await kubectl.end(endMs);
  };
  const refused = kubectl.ended.then((exitCode) => {
    const shown = (command: string) => cluster.shownKubectl(command);
    const said = { exitCode, stdout: "", stderr: lines.join("\n") };
    throw clusterFailure(said, { namespace: cluster.namespace, kubectl: shown });
  });
  const late = AbortSignal.timeout(openMs);
  const tooLate = new Promise<never>((_, reject) => {
    late.addEventListener("abort", () => reject(slow(cluster, pod)));
  });
  // Both outlive the one that comes first.
  for (const other of [refused, tooLate]) other.catch(() => undefined);
  try {
    const own = await Promise.race([opened.promise, refused, tooLate]);
    reachDirectly(host);
    return { host, port: own, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function slow(cluster: Cluster, pod: string): MltError {
  return new MltError(`The cluster opens no way to the pod ${pod} within ${openMs / 1000} seconds`, {
    hint: `Run ${cluster.shownKubectl(`port-forward pod/${pod} :8000`)} to see more.`,
    exitCode: ExitCode.external,
  });
}
