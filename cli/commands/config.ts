import { defineCommand } from "citty";
import { print, printJson, table } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

const show = defineCommand({
  meta: { name: "show", description: "Print every setting, its value and where it came from" },
  args: { ...projectFlags, ...jsonFlag },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { settingsOf } = await import("../project/settings.ts");
    const settings = settingsOf(await openProject(args.dir));
    if (args.json)
      return printJson(Object.fromEntries(settings.map(({ name, value, from }) => [name, { value, from }])));
    print(
      table(
        ["setting", "value", "from"],
        settings.map(({ name, value, from }) => [name, textOf(value), from]),
      ),
    );
  },
});

function textOf(value: unknown): string {
  const empty = value === undefined || (Array.isArray(value) && value.length === 0);
  return empty ? "-" : Array.isArray(value) ? value.join(", ") : String(value);
}

const schema = defineCommand({
  meta: { name: "schema", description: "Print the JSON Schema of config.yaml" },
  async run() {
    const { configJsonSchema } = await import("../../core/config/reference.ts");
    printJson(configJsonSchema());
  },
});

export default defineCommand({
  meta: { name: "config", description: "Show the configuration, or its schema" },
  subCommands: { show, schema },
});
