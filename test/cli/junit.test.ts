import { afterAll, expect, test } from "bun:test";
import { copyOf, succeeded, trainedProject } from "../support/project.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

test("mlt test --junit writes the results in a folder that it makes, failures too", async () => {
  using project = copyOf(iris);
  succeeded(await project.mlt(["test", "tests/data", "--junit", "build/reports/data.xml"]));
  expect(project.read("build/reports/data.xml")).toMatch(/^<\?xml.*\n<testsuites .*tests="3".* failures="0"/);
  await project.write({
    "tests/data/wrong.test.ts":
      'import { expect, test } from "bun:test";\ntest("adds up", () => expect(1).toBe(2));\n',
  });
  const { exitCode } = await project.mlt(["test", "tests/data", "--junit", "build/reports/data.xml"]);
  expect(exitCode).toBe(3);
  const report = project.read("build/reports/data.xml");
  expect(report).toMatch(/^<\?xml.*\n<testsuites .*tests="4".* failures="1"/);
  expect(report).toContain('name="adds up"');
});

test("mlt test --junit says where no folder can be made", async () => {
  using project = copyOf(iris);
  const { exitCode, stderr } = await project.mlt(["test", "--junit", "config.yaml/data.xml"]);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(
    /^error: Cannot make the folder of --junit "config.yaml\/data.xml": .+\nhint: .+\n$/,
  );
});

test("mlt test --release takes no other flag of mlt test", async () => {
  const { exitCode, stderr } = await iris.mlt(["test", "tests/data", "--release", "--junit", "a.xml"]);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    "error: Cannot use --release with test files, --junit\n" +
      "hint: Run them one after the other: mlt test, then mlt test --release.\n",
  );
});

test("mlt train --summary writes the message of a commit, with the scores of before", async () => {
  using project = copyOf(iris);
  const { id } = JSON.parse(
    succeeded(await project.mlt(["train", "--compare", "--json", "--summary", "build/model.txt"])),
  );
  const lines = project.read("build/model.txt").split("\n");
  // The same data, code and seed make the same model: 29 of the 30 held-out flowers.
  expect(lines.slice(0, 3)).toEqual([
    "Train iris 0.1.0: accuracy 0.9667 (0.9667 before)",
    "",
    "accuracy 0.9667 (0.9667 before)",
  ]);
  expect(lines).toContain(`Model ${id}, a LogisticRegression with seed 42`);
});

test("mlt train --summary says where it cannot be written before it trains, and keeps the model", async () => {
  using project = copyOf(iris);
  const before = project.read("model_bin/model.json");
  const { exitCode, stderr } = await project.mlt(["train", "--summary", "config.yaml/model.txt"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain('error: Cannot write the summary to "config.yaml/model.txt": ');
  expect(stderr).not.toContain("✓");
  expect(project.read("model_bin/model.json")).toBe(before);
});
