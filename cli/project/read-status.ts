import { askService } from "../../adapters/service-client.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { type ServiceStatus, serviceStatus } from "../../core/status/service-status.ts";
import { openProject } from "./open-project.ts";

/** Where a service is, and what it says of itself. */
export interface FoundService {
  readonly url: string;
  /** Whether its certificate must be one that this machine trusts. */
  readonly verifies: boolean;
  readonly status: ServiceStatus;
}

interface Address {
  readonly base: URL;
  /** Whether its certificate must be one that this machine trusts. */
  readonly verifies: boolean;
}

const timeoutMs = 5_000;

/**
 * Asks a service how it is: the one at an address, or the one of the project.
 *
 * @throws {MltError} with the exit code 4 when it cannot be reached, or is no service of mlt
 */
export async function readStatus(dir: string, url: string | undefined): Promise<FoundService> {
  const { base, verifies } = url === undefined ? await projectAddress(dir) : givenAddress(url);
  const ask = (path: string) => askService(new URL(path, base), { timeoutMs, verifies });
  const [ready, metrics] = await Promise.all([ask("readyz"), ask("metrics")]);
  const shown = `${base.origin}${base.pathname}`.replace(/\/$/, "");
  // A service that is not ready still tells its metrics.
  if (metrics.status !== 200 || !metrics.text.includes("mlt_model_info")) {
    throw new MltError(
      `What answers at ${shown} is no service of mlt: GET /metrics gives ${metrics.status}`,
      {
        hint: "Say with --url where mlt serve is.",
        exitCode: ExitCode.external,
      },
    );
  }
  return { url: shown, verifies, status: serviceStatus({ ready, metrics: metrics.text }) };
}

function givenAddress(url: string): Address {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new MltError(`Cannot read --url "${url}" as an address`, {
      hint: "Give the address of the service, such as http://127.0.0.1:5000.",
      exitCode: ExitCode.usage,
    });
  }
  if (base.username !== "" || base.password !== "") {
    throw new MltError("--url holds a user or a password", {
      hint: "Leave them out: probes and metrics ask for no key.",
      exitCode: ExitCode.usage,
    });
  }
  // A proxy may serve it below a path.
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return { base, verifies: true };
}

/** On this machine, so its certificate, which is for the name that others know it by, proves nothing that matters here. */
async function projectAddress(dir: string): Promise<Address> {
  const { host, port, tls_cert_file: certFile } = (await openProject(dir)).config.serve;
  if (port === 0) {
    throw new MltError("The project's service takes any free port: serve.port is 0", {
      hint: "Say with --url where it is.",
    });
  }
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const scheme = certFile === undefined ? "http" : "https";
  return {
    base: new URL(`${scheme}://${name.includes(":") ? `[${name}]` : name}:${port}/`),
    verifies: false,
  };
}
