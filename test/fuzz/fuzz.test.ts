import { expect } from "bun:test";
import { testWith } from "../support/tools.ts";
import { fuzzedProjects, fuzzProject } from "./fuzzed-projects.ts";

// A short run of what `npm run test:fuzz` does at length.
testWith(["schemathesis"], "services of every kind keep to their own description", async () => {
  const results = await Promise.all(
    fuzzedProjects.map((project) => fuzzProject(project, { examples: 10, seed: 1 })),
  );
  for (const { failures, output, stderr } of results) {
    if (failures.length > 0) throw new Error(output);
    expect(stderr).not.toContain("failed");
  }
  expect(results.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThan(500);
});
