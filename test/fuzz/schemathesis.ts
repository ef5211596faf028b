import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch } from "../support/mlt.ts";
import { tempDir } from "../support/temp-dir.ts";

export interface FuzzOptions {
  /** Where the service answers. */
  readonly url: string;
  /** Most requests that are made up for each operation; those that try every bound of the description come besides. */
  readonly examples: number;
  readonly seed: number;
  /** Sent with every request; the checks leave it out as well, to see that the service then refuses. */
  readonly key?: string;
}

export interface FuzzResult {
  readonly cases: number;
  readonly operations: number;
  /** What was wrong, and with which operations. */
  readonly failures: readonly string[];
  /** All that the tool said: of a failure the request, as a command, and the answer. */
  readonly output: string;
}

/**
 * Asks a service all that its own description at `/docs/json` allows, and much that it does not. A failure is a 5xx, a
 * status, type, header or body that the description does not have, a right request refused, or a wrong one answered.
 *
 * @see https://schemathesis.readthedocs.io
 */
export async function fuzz({ url, examples, seed, key }: FuzzOptions): Promise<FuzzResult> {
  using dir = tempDir();
  const report = join(dir.path, "report.json");
  const config = resolve(import.meta.dirname, "schemathesis.toml");
  const { finished } = launch(
    [
      ...["schemathesis", "--config-file", config, "run", `${url}/docs/json`],
      ...["--max-examples", String(examples), "--seed", String(seed), "--generation-database", "none"],
      ...["--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color"],
      ...["--report", "json", "--report-json-path", report],
      ...(key === undefined ? [] : ["--header", `X-API-Key: ${key}`]),
    ],
    { cwd: dir.path },
  );
  const { stdout, stderr } = await finished;
  const output = `${stdout}${stderr}`;
  return { ...readReport(report, output), output };
}

interface Finding {
  readonly title: string;
  readonly operations?: readonly string[];
}

function readReport(path: string, output: string): Omit<FuzzResult, "output"> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`schemathesis wrote no report:\n${output}`, { cause });
  }
  const { test_cases: cases, operations, failures, errors, complete } = JSON.parse(text);
  const found: readonly Finding[] = [...failures, ...errors];
  const texts = found.map(
    (finding) => `${finding.title ?? JSON.stringify(finding)}: ${finding.operations?.join(", ")}`,
  );
  const unfinished = complete ? [] : ["The run did not come to its end"];
  return { cases: cases.generated, operations: operations.tested, failures: [...texts, ...unfinished] };
}
