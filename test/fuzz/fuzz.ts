import { executablePath } from "../support/tools.ts";
import { fuzzedProjects, fuzzProject } from "./fuzzed-projects.ts";
import type { FuzzResult } from "./schemathesis.ts";

/** `npm run test:fuzz -- [--cases n] [--seed n]`: tries the service by its own description; exits 1 if anything is wrong. */

if (executablePath("schemathesis") === undefined) {
  console.error("schemathesis is not on PATH: run test/support/tools.sh, and take the PATH that it prints");
  process.exit(2);
}
const cases = numberAfter("--cases", 10_000);
const seed = numberAfter("--seed", Math.floor(Math.random() * 2 ** 31));
const bodies = fuzzedProjects.reduce((sum, project) => sum + project.bodies, 0);
const examples = Math.ceil(cases / bodies);
console.log(`About ${cases} requests; --seed ${seed} makes the same ones again\n`);
console.log("| service | operations | requests | wrong |\n| --- | --- | --- | --- |");
const results = await Promise.all(
  fuzzedProjects.map(async (project) => {
    const result = await fuzzProject(project, { examples, seed });
    console.log(`| ${project.name} | ${result.operations} | ${result.cases} | ${result.failures.length} |`);
    return result;
  }),
);
const sum = (of: (result: FuzzResult) => number) => results.reduce((total, result) => total + of(result), 0);
const wrong = sum(({ failures }) => failures.length);
for (const { failures, output } of results) if (failures.length > 0) console.log(`\n${output}`);
console.log(`\n${sum((result) => result.cases)} requests, ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);

function numberAfter(flag: string, otherwise: number): number {
  const at = process.argv.indexOf(flag);
  const value = at === -1 ? otherwise : Number(process.argv[at + 1]);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`${flag} takes a whole number`);
  process.exit(2);
}
