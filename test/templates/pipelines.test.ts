import { expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { commandsOf, type PipelineRun, runPipelines } from "../support/jenkins/run-pipeline.ts";
import { type TempDir, tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const folder = join(import.meta.dirname, "../../templates/base/jenkins");
const password = "pa55-of-the-registry";
const token = "t0ken-of-git";

/** Programs that note how they were called, and fail where the command is that of FAIL. */
const standIn = `#!/bin/sh
echo "\${0##*/} $*" >>"$CALLS"
[ "\${0##*/} $1" = "mlt deploy" ] && cp "$KUBECONFIG" "$CALLS.kubeconfig"
for at in "$@"; do case "$at" in build/*.xml) mkdir -p build; echo "<testsuites/>" >"$at" ;; build/model.txt) mkdir -p build; echo Train >"$at" ;; esac; done
[ "$1" = train ] && mkdir -p model_bin && echo page >model_bin/report.html
[ "\${0##*/} $*" != "$FAIL" ]
`;

interface Recorded extends PipelineRun {
  /** How mlt and git were called. */
  readonly calls: readonly string[];
}

interface Recording {
  /** The command that fails. */
  readonly fails?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string | boolean>>;
  readonly isFirst?: boolean;
}

/** Runs a pipeline once a recording, by one Groovy: to start it takes longer than what it does. */
async function record(name: string, recordings: readonly Recording[]): Promise<Recorded[]> {
  using dir: TempDir = tempDir();
  await dir.write({ "bin/mlt": standIn, "bin/git": standIn, kubeconfig: "a secret key\n" });
  for (const program of ["mlt", "git"]) chmodSync(join(dir.path, "bin", program), 0o755);
  const calls = (index: number) => join(dir.path, `calls-${index}`);
  for (const index of recordings.keys()) await dir.write({ [`work-${index}/.keep`]: "" });
  const runs = await runPipelines(
    recordings.map(({ fails = "", env = {}, params = {}, isFirst = false }, index) => ({
      file: join(folder, name, "Jenkinsfile"),
      workspace: join(dir.path, `work-${index}`),
      ...{ params, isFirst },
      credentials: {
        registry: { username: "jenkins", password },
        git: { username: "jenkins", password: token },
        kubeconfig: { file: join(dir.path, "kubeconfig") },
      },
      env: {
        PATH: [join(dir.path, "bin"), process.env["PATH"] ?? ""].join(delimiter),
        CALLS: calls(index),
        FAIL: fails,
        GIT_BRANCH: "origin/main",
        ...env,
      },
    })),
  );
  return runs.map((run, index) => ({
    ...run,
    calls: readFileSync(calls(index), "utf8").trimEnd().split("\n"),
  }));
}

/** What each pipeline calls where all goes well. */
const pipelines: Readonly<Record<string, readonly string[]>> = {
  continuous_integration: ["mlt doctor", "mlt test --junit build/test.xml"],
  "train-model": [
    "mlt test tests/data tests/model --junit build/data.xml",
    "mlt train --compare --summary build/model.txt",
    "mlt test --junit build/test.xml",
    "git add model_bin",
    "git commit --file build/model.txt",
    "git push origin HEAD:refs/heads/main",
  ],
  "build-image": [
    "mlt test --junit build/test.xml",
    "mlt doctor",
    "mlt build-image --engine oci --tag git --no-test",
    "mlt build-image --engine oci --tag git",
    "mlt build-image --engine oci --tag git --no-test --push",
  ],
  deploy: ["mlt deploy --tag git", "mlt test --release"],
};

const patience = 120_000;

for (const [name, expected] of Object.entries(pipelines)) {
  testWith(
    ["groovy"],
    `${name} calls mlt in its order, with no secret in sight, and ends at what fails (mlt and git are stand-ins)`,
    async () => {
      const failing = expected.map((fails) => ({ fails }));
      const [run, first, ...failed] = await record(name, [{}, { isFirst: true }, ...failing]);
      expect(run?.calls).toEqual([...expected]);
      // To the first run of a job Jenkins hands no parameters: it goes by their defaults.
      expect(first?.calls).toEqual([...expected]);
      expect({ result: run?.result, agent: run?.agent }).toEqual({ result: "SUCCESS", agent: "mlt" });
      expect(failed).toHaveLength(expected.length);
      for (const [index, { result, calls, log }] of failed.entries()) {
        const way = name === "deploy" && index === 1 ? ["mlt rollback"] : [];
        expect({ result, calls }).toEqual({
          result: "FAILURE",
          calls: [...expected.slice(0, index + 1), ...way],
        });
        for (const secret of [password, token, "a secret key"]) expect(log).not.toContain(secret);
      }
      // Results are published where tests fail too.
      const tests = expected.findIndex((call) => call.startsWith("mlt test ") && call.includes("--junit"));
      const published = failed[tests]?.steps.filter(({ step }) => step === "junit") ?? [];
      expect(published.map(({ found }) => found)).toEqual(tests === -1 ? [] : [1]);
      const shown = run === undefined ? "" : [...commandsOf(run), ...run.calls, run.log].join("\n");
      expect(shown).toContain("mlt ");
      for (const secret of [password, token, "a secret key"]) expect(shown).not.toContain(secret);
    },
    patience,
  );
}

testWith(
  ["groovy"],
  "an image is deployed by the tag that was asked for, whatever stands in it",
  async () => {
    const [run] = await record("deploy", [{ params: { TAG: "$(id) b" } }]);
    expect(run?.calls).toEqual(["mlt deploy --tag $(id) b", "mlt test --release"]);
  },
  patience,
);

testWith(
  ["groovy"],
  "train-model publishes the model that it trained and none that was refused, asks for the metric of Jenkins, and pushes only where it is told to",
  async () => {
    const refused = "mlt train --compare --summary build/model.txt";
    const [trained, none, kept] = await record("train-model", [
      {},
      { fails: refused },
      { env: { MIN_METRIC: "accuracy=0.9" }, params: { PUSH: false } },
    ]);
    expect(kept?.calls).toEqual([
      "mlt test tests/data tests/model --junit build/data.xml",
      "mlt train --compare --min-metric accuracy=0.9 --summary build/model.txt",
      "mlt test --junit build/test.xml",
    ]);
    const published = [trained, none].map((run) =>
      run?.steps
        .filter(({ stage, step }) => stage === "Train" && step !== "sh")
        .map(({ step, pattern }) => `${step} ${pattern}`),
    );
    expect(published).toEqual([
      [
        "archiveArtifacts model_bin/**",
        "archiveArtifacts build/model.txt",
        "publishHTML model_bin/report.html",
      ],
      [],
    ]);
  },
  patience,
);

test("every pipeline leaves its agent and what it keeps to Jenkins, and has a time limit", () => {
  for (const name of Object.keys(pipelines)) {
    const text = readFileSync(join(folder, name, "Jenkinsfile"), "utf8");
    expect(text).toContain("agent { label 'mlt' }");
    expect(text).toMatch(/timeout\(time: \d+, unit: '(MINUTES|HOURS)'\)/);
    expect(text).not.toMatch(/docker\.sock|privileged/);
  }
});
