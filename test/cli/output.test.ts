import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mltBinary } from "../support/mlt.ts";
import { cacheDir, copyOf, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

test.each(["init .", "train", "predict tests/prediction/batch.csv", "doctor", "config show"])(
  "mlt %s --json prints one JSON document and says nothing else",
  async (command) => {
    using project = copyOf(iris);
    const { exitCode, stdout, stderr } = await project.mlt([...command.split(" "), "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(typeof JSON.parse(stdout)).toBe("object");
    expect(stdout).toEndWith("\n");
  },
);

test("mlt config schema prints a JSON Schema", async () => {
  const { exitCode, stdout, stderr } = await iris.mlt(["config", "schema"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(Object.keys(JSON.parse(stdout).properties)).toContain("train");
});

test("mlt train --json names the model that it wrote, and its metrics", async () => {
  using project = copyOf(iris);
  const { stdout } = await project.mlt(["train", "--json"]);
  const result = JSON.parse(stdout);
  const card = JSON.parse(project.read("model_bin/model.json"));
  expect(result).toMatchObject({
    id: card.id,
    version: "0.1.0",
    model_bin: `${project.path}/model_bin`,
    metrics: card.metrics,
    warnings: [],
  });
  for (const [name, { low, high }] of Object.entries<{ low: number; high: number }>(result.intervals)) {
    expect(low).toBeLessThanOrEqual(card.metrics.test[name]);
    expect(high).toBeGreaterThanOrEqual(card.metrics.test[name]);
  }
});

test("mlt init --json names the files that it wrote", async () => {
  using project = copyOf(iris);
  await project.write({ "README.md": "mine\n" });
  const { stdout } = await project.mlt(["init", "--force", "--json"]);
  const { dir, template, written, unchanged } = JSON.parse(stdout);
  expect({ dir, template, written }).toEqual({ dir: project.path, template: "iris", written: ["README.md"] });
  expect(unchanged).toContain("source/model/train.ts");
});

test.each(["train", "doctor", "config show", "predict tests/prediction/batch.csv", "test", "init ."])(
  "mlt %s writes no escape codes where it is not on a terminal",
  async (command) => {
    using project = copyOf(iris);
    const { stdout, stderr } = await project.mlt(command.split(" "));
    expect(`${stdout}${stderr}`).not.toContain("\x1b");
  },
);

/** What a command draws on a terminal. */
function onTerminal(command: string, env: Readonly<Record<string, string>>): string {
  const { stdout } = spawnSync("script", ["-qec", `"${mltBinary}" ${command}`, "/dev/null"], {
    cwd: iris.path,
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", MLT_CACHE_DIR: cacheDir, ...env },
    encoding: "utf8",
  });
  return stdout;
}

testWith(["script"], "mlt doctor has colour on a terminal, unless NO_COLOR is set", () => {
  expect(onTerminal("doctor", {})).toContain("\x1b[32m✓\x1b[39m mlt ");
  expect(onTerminal("doctor", { NO_COLOR: "1" })).not.toContain("\x1b");
});

testWith(
  ["script"],
  "mlt train redraws its steps on a terminal, without colour where NO_COLOR is set",
  () => {
    expect(onTerminal("train", {})).toContain("… Load data\r\x1b[K".replace("…", "\x1b[36m…\x1b[39m"));
    const plain = onTerminal("train", { NO_COLOR: "1" });
    expect(plain).toContain("… Load data\r\x1b[K✓ Load data");
    expect(plain).not.toContain("\x1b[3");
  },
);
