import { ExitCode, MltError } from "../../core/errors.ts";
import { openProject } from "./open-project.ts";
import { type FoundService, readStatus } from "./read-status.ts";
import { projectRelease } from "./release/project-release.ts";
import { type ReleaseStatus, readRelease } from "./release/read-release.ts";
import { waysIn } from "./release/ways-in.ts";

export interface StatusFlags {
  readonly dir: string;
  readonly url?: string | undefined;
  readonly release: boolean;
  readonly golden: boolean;
}

/** A release, and how it is reached. */
export interface FoundRelease {
  readonly release: ReleaseStatus;
  readonly ways: readonly string[];
}

/**
 * Asks the service at the address, the release, or, where neither is asked for, the service of this machine if it
 * answers, and else the release if there is one.
 *
 * @throws {MltError} usage: where both are asked for; external: where none is found
 */
export async function readStatusOrRelease(flags: StatusFlags): Promise<FoundService | FoundRelease> {
  const { dir, url, release, golden } = flags;
  if (release) {
    if (url !== undefined) throw notBoth("--url");
    if (golden) throw notBoth("--golden");
    return await releaseOf(dir);
  }
  try {
    return await readStatus(dir, url);
  } catch (cause) {
    if (!(cause instanceof MltError) || cause.exitCode !== ExitCode.external) throw cause;
    if (url !== undefined || golden) throw cause;
    return await releaseInstead(dir, cause);
  }
}

function notBoth(flag: string): MltError {
  return new MltError(`--release and ${flag} are not for one another`, {
    hint: `Give --release for the pods in Kubernetes, or ${flag} for one service.`,
    exitCode: ExitCode.usage,
  });
}

async function releaseOf(dir: string, timeoutMs?: number): Promise<FoundRelease> {
  const project = await openProject(dir);
  const place = projectRelease(project, timeoutMs);
  const status = await readRelease(place.cluster, place.release);
  const { addresses } = status;
  return { release: status, ways: addresses === undefined ? [] : waysIn(project, place, addresses) };
}

/** Nobody asked for the cluster, so nobody waits for it. */
const hastyMs = 10_000;

/** The service that does not answer is what somebody without a cluster asked for. */
async function releaseInstead(dir: string, silent: MltError): Promise<FoundRelease> {
  try {
    return await releaseOf(dir, hastyMs);
  } catch (cause) {
    if (!(cause instanceof MltError) || cause.exitCode !== ExitCode.external) throw cause;
    throw new MltError(silent.message, {
      hint: "Start it with mlt serve, say where it is with --url, or look in Kubernetes with --release.",
      exitCode: ExitCode.external,
      cause: silent,
    });
  }
}
