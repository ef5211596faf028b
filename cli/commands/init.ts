import { resolve } from "node:path";
import { defineCommand } from "citty";
import { print, printJson, say } from "../output.ts";
import { jsonFlag } from "../project-flags.ts";
import { templateFlag } from "../template-flag.ts";

export default defineCommand({
  meta: { name: "init", description: "Write a new project that already works" },
  args: {
    dir: {
      type: "positional",
      required: false,
      default: ".",
      description: "Folder of the project (default .)",
    },
    template: {
      type: "string",
      default: "iris",
      valueHint: "name",
      description: "iris (classification), regression or python",
    },
    force: { type: "boolean", default: false, description: "Overwrite files that differ" },
    ...jsonFlag,
  },
  async run({ args }) {
    const { preparation, templateFiles, writeTemplate } = await import("../../adapters/template-files.ts");
    const { ensureEditorTypes } = await import("../project/ensure-editor-types.ts");
    const dir = resolve(args.dir);
    const template = templateFlag(args.template);
    const files = templateFiles(template);
    const { written, unchanged } = await writeTemplate(dir, files, { force: args.force });
    if (files.has("tsconfig.json")) await ensureEditorTypes(dir);
    if (args.json) return printJson({ dir, template, written, unchanged });
    for (const path of written) say(`  ${path}`);
    print(
      `Wrote ${written.length} files to ${dir}${unchanged.length > 0 ? `; ${unchanged.length} were there already` : ""}.`,
    );
    const change = args.dir === "." ? [] : [`cd ${shellWord(args.dir)}`];
    print(`Next: ${[...change, ...preparation(template), "mlt train", "mlt serve"].join(" && ")}`);
  },
});

/** As a shell reads it: in quotes where it holds more than letters, digits and marks that mean nothing there. */
function shellWord(text: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
