import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Every test that this machine has the tools for: what `npm test` runs. Its last line counts them. */

const root = resolve(import.meta.dirname, "..");
const results = join(root, "dist/test-results.xml");

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Names of tests that were left out, each with its reason. */
  readonly leftOut: readonly string[];
}

process.chdir(root);
console.log("# The gate: format, lint, types, unused code");
const gate = runGate();
console.log("\n# The binary");
const built = run([process.execPath, "ops/build/compile.ts"]);
console.log("\n# The tests");
const outcome = built ? runTests() : { passed: 0, failed: 1, leftOut: [] };
if (outcome.leftOut.length > 0) {
  console.log(
    `\nLeft out, for want of a tool (${outcome.leftOut.length}); test/support/tools.sh installs them all:`,
  );
  for (const name of outcome.leftOut) console.log(`  ${name}`);
}
const failed = outcome.failed + gate.failed;
console.log(`\n${outcome.passed + gate.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function runGate(): Outcome {
  const checks = [
    ["node_modules/.bin/biome", "check", "--error-on-warnings"],
    ["node_modules/.bin/tsc", "--noEmit"],
    [process.execPath, "node_modules/.bin/knip"],
  ];
  const passed = checks.filter((command) => {
    console.log(`$ ${command.map((word) => word.replace(/.*\//, "")).join(" ")}`);
    return run(command);
  }).length;
  return { passed, failed: checks.length - passed, leftOut: [] };
}

function runTests(): Outcome {
  mkdirSync(join(root, "dist"), { recursive: true });
  rmSync(results, { force: true });
  const reporter = ["--reporter=junit", `--reporter-outfile=${results}`];
  const succeeded = run([process.execPath, "test", ...reporter, ...process.argv.slice(2)]);
  if (!existsSync(results)) return { passed: 0, failed: 1, leftOut: [] };
  const outcome = readResults(readFileSync(results, "utf8"));
  // A crash outside of any test fails the run, and no test says so.
  return succeeded || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
}

function readResults(xml: string): Outcome {
  let passed = 0;
  let failed = 0;
  const leftOut: string[] = [];
  for (const [, attributes = "", body = ""] of xml.matchAll(
    /<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs,
  )) {
    if (body.includes("<failure")) failed++;
    else if (body.includes("<skipped"))
      leftOut.push(plainText(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? ""));
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
