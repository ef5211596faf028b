import { ExitCode, MltError } from "../../../core/errors.ts";
import type { Project } from "../open-project.ts";
import { type ProjectRelease, projectRelease } from "./project-release.ts";

/** Longer than the pod of the test may live, by its own chart. */
const patienceMs = 150_000;

/**
 * Runs `helm test`: a pod of the cluster asks the service what its model was asked when it was trained.
 *
 * @returns a sentence about it
 * @throws {MltError} external: where the answers differ, or helm or the cluster fails
 */
export async function testRelease(project: Project): Promise<string> {
  const { cluster, release } = projectRelease(project);
  const before = await testPod({ cluster, release });
  try {
    await cluster.helm(["test", release, "--timeout", `${patienceMs / 1000}s`], {
      // Helm says itself that it waited in vain.
      timeoutMs: patienceMs + 10_000,
    });
  } catch (cause) {
    throw (await failedTest({ cluster, release }, before, cause)) ?? cause;
  }
  return `Release ${release} answers as its model did when it was trained.`;
}

interface TestPod {
  readonly uid: string;
  readonly phase: string;
}

/** The pod of the last test, which stays until the next; both are empty where there is none, or nobody says. */
async function testPod({ cluster, release }: ProjectRelease): Promise<TestPod> {
  const path = "jsonpath={.metadata.uid} {.status.phase}";
  const said = await cluster
    .kubectl(["get", "pod", `${release}-test`, "--ignore-not-found", `--output=${path}`])
    .catch(() => "");
  const [uid = "", phase = ""] = said.split(" ");
  return { uid, phase };
}

/** What the pod of the test said, where it is what failed; `undefined` where helm never came so far. */
async function failedTest(
  { cluster, release }: ProjectRelease,
  before: TestPod,
  cause: unknown,
): Promise<MltError | undefined> {
  const pod = `${release}-test`;
  const { uid, phase } = await testPod({ cluster, release });
  if (phase !== "Failed" || uid === before.uid) return undefined;
  const log = await cluster.kubectl(["logs", pod, "--tail=20"]).catch(() => "");
  const said = log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("hint: "));
  const reason = said.at(-1)?.replace(/^error: /, "") ?? "its pod said nothing";
  return new MltError(`The test of release "${release}" failed: ${reason}`, {
    hint: `Run ${cluster.shownKubectl(`logs ${pod}`)} to see all that its pod said.`,
    exitCode: ExitCode.external,
    cause,
  });
}

interface TestFlags {
  readonly patterns: readonly string[];
  readonly grep?: string | undefined;
  readonly coverage: boolean;
  readonly junit?: string | undefined;
}

/** What chooses or reports tests of the project means nothing to a release. @throws {MltError} usage */
export function refuseTestFlags({ patterns, grep, coverage, junit }: TestFlags): void {
  const given = [
    ...(patterns.length > 0 ? ["test files"] : []),
    ...(grep === undefined ? [] : ["--grep"]),
    ...(coverage ? ["--coverage"] : []),
    ...(junit === undefined ? [] : ["--junit"]),
  ];
  if (given.length === 0) return;
  throw new MltError(`Cannot use --release with ${given.join(", ")}`, {
    hint: "Run them one after the other: mlt test, then mlt test --release.",
    exitCode: ExitCode.usage,
  });
}
