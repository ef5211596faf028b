import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Every test that this machine has the tools for: what `npm test` runs. Its last line counts them. */

const root = resolve(import.meta.dirname, "..");
const results = join(root, "dist/test-results.xml");

interface Outcome {
  readonly passed: number;
  /** Names of what failed. */
  readonly failed: readonly string[];
  /** Names of tests that were left out, each with its reason. */
  readonly leftOut: readonly string[];
}

process.chdir(root);
console.log("# The gate: format, lint, types, unused code");
const gate = runGate();
console.log("\n# The binary");
const built = run([process.execPath, "ops/build/compile.ts"]);
console.log("\n# The tests");
const outcome = built ? runTests() : { passed: 0, failed: ["the build of the binary"], leftOut: [] };
if (outcome.leftOut.length > 0) {
  console.log(
    `\nLeft out, for want of a tool (${outcome.leftOut.length}); test/support/tools.sh installs them all:`,
  );
  for (const name of outcome.leftOut) console.log(`  ${name}`);
}
const failed = [...gate.failed, ...outcome.failed];
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((name) => `  ${name}`).join("\n")}`);
console.log(`\n${outcome.passed + gate.passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);

function runGate(): Outcome {
  const checks = [
    ["node_modules/.bin/biome", "check", "--error-on-warnings"],
    ["node_modules/.bin/tsc", "--noEmit"],
    ["node_modules/.bin/tsc", "--noEmit", "-p", "core/service/form-page/browser"],
    [process.execPath, "node_modules/.bin/knip"],
  ];
  const failed = checks
    .map((command) => ({ command, name: command.map((word) => word.replace(/.*\//, "")).join(" ") }))
    .filter(({ command, name }) => {
      console.log(`$ ${name}`);
      return !run(command);
    })
    .map(({ name }) => name);
  return { passed: checks.length - failed.length, failed, leftOut: [] };
}

function runTests(): Outcome {
  mkdirSync(join(root, "dist"), { recursive: true });
  rmSync(results, { force: true });
  const reporter = ["--reporter=junit", `--reporter-outfile=${results}`];
  // A file at a time: what delivers the prediction log runs on idle cores alone, and gets none beside other tests.
  const patience = ["--timeout=20000"];
  const succeeded = run([process.execPath, "test", ...patience, ...reporter, ...process.argv.slice(2)]);
  if (!existsSync(results)) return { passed: 0, failed: ["bun test, before any test"], leftOut: [] };
  const outcome = readResults(readFileSync(results, "utf8"));
  // A crash outside of any test fails the run, and no test says so.
  return succeeded || outcome.failed.length > 0
    ? outcome
    : { ...outcome, failed: ["bun test, outside of any test"] };
}

function readResults(xml: string): Outcome {
  let passed = 0;
  const failed: string[] = [];
  const leftOut: string[] = [];
  for (const [, attributes = "", body = ""] of xml.matchAll(
    /<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs,
  )) {
    const name = plainText(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    if (body.includes("<failure")) failed.push(name);
    else if (body.includes("<skipped")) leftOut.push(name);
    else passed++;
  }
  return { passed, failed, leftOut };
}

function plainText(text: string): string {
  const marks = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (mark) => marks[mark as keyof typeof marks]);
}

function run(command: readonly string[]): boolean {
  const [program = "", ...args] = command;
  return spawnSync(program, args, { stdio: "inherit" }).status === 0;
}
