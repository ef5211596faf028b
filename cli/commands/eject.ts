import { defineCommand } from "citty";
import { print, printJson, say } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "eject", description: "Copy what mlt carries into the project, where it then wins" },
  args: {
    what: { type: "positional", required: true, description: "dockerfiles, chart, ansible or stacks" },
    force: { type: "boolean", default: false, description: "Overwrite files that differ" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { eject } = await import("../project/eject.ts");
    const { dir, written, unchanged, now } = await eject(args.dir, args.what, { force: args.force });
    if (args.json) return printJson({ dir, what: args.what, written, unchanged });
    for (const path of written) say(`  ${path}`);
    print(
      `Wrote ${written.length} files to ${dir}${unchanged.length > 0 ? `; ${unchanged.length} were there already` : ""}.`,
    );
    print(now);
  },
});
