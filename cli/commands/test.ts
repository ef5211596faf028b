import { defineCommand } from "citty";
import { restHint } from "../arguments.ts";
import { projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "test", description: "Run the project's bun:test files, with nothing installed" },
  args: {
    patterns: {
      type: "positional",
      required: false,
      valueHint: restHint,
      description: "Test files, or parts of their paths (default: all)",
    },
    grep: { type: "string", alias: "t", valueHint: "pattern", description: "Only tests whose name matches" },
    coverage: { type: "boolean", default: false, description: "Print how much of the source the tests run" },
    ...projectFlags,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { testProject } = await import("../project/test-project.ts");
    return await testProject(await openProject(args.dir), {
      patterns: args._,
      ...(args.grep === undefined ? {} : { grep: args.grep }),
      coverage: args.coverage,
    });
  },
});
