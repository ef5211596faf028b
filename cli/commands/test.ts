import { defineCommand } from "citty";
import { restHint } from "../arguments.ts";
import { print } from "../output.ts";
import { projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: {
    name: "test",
    description: "Run the project's tests: of bun:test with nothing installed, of Python by pytest",
  },
  args: {
    patterns: {
      type: "positional",
      required: false,
      valueHint: restHint,
      description: "Test files, or parts of their paths (default: all)",
    },
    grep: { type: "string", alias: "t", valueHint: "pattern", description: "Only tests whose name matches" },
    coverage: { type: "boolean", default: false, description: "Print how much of the source the tests run" },
    junit: { type: "string", valueHint: "file", description: "Write the results there too, as JUnit XML" },
    release: {
      type: "boolean",
      default: false,
      description: "Run helm test instead, which asks the release in Kubernetes",
    },
    ...projectFlags,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    if (args.release) {
      const { refuseTestFlags, testRelease } = await import("../project/release/test-release.ts");
      refuseTestFlags({ ...args, patterns: args._ });
      return print(await testRelease(await openProject(args.dir)));
    }
    const { testProject } = await import("../project/test-project.ts");
    return await testProject(await openProject(args.dir), {
      patterns: args._,
      ...(args.grep === undefined ? {} : { grep: args.grep }),
      coverage: args.coverage,
      ...(args.junit === undefined ? {} : { junit: args.junit }),
    });
  },
});
