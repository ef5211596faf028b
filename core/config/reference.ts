import { KindGuard, type TObject, type TSchema } from "@sinclair/typebox";
import { FeatureEntry, FeaturesSchema } from "../features/features-schema.ts";
import { ConfigFileSchema, type ConfigKey, configKeys } from "./config-keys.ts";
import { expected } from "./expected.ts";
import { ConfigSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of config.yaml: what editors check and complete it by. */
export function configJsonSchema(): Record<string, unknown> {
  // TypeBox keeps its own marks under symbols, which JSON leaves out.
  const withoutMarks = JSON.stringify(ConfigFileSchema, (key, value) =>
    key === "expected" || key === "secret" ? undefined : value,
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "config.yaml of mlt",
    ...JSON.parse(withoutMarks),
  };
}

/** docs/configuration.md: every key of config.yaml and of features.yaml. */
export function configurationReference(): string {
  return [
    "# Configuration",
    "Written by `npm run docs` from the schemas; edit those.",
    "## config.yaml",
    "Every key may be left out. A flag wins over an environment variable, that over `.env`, that over config.yaml, " +
      "and that over the default; `mlt config show` tells which one a value came from. " +
      "An unknown key or `MLT_…__…` variable is refused. " +
      "The entries of a list stand in a variable between commas, blanks or line ends.",
    "A secret has no place in config.yaml, and no flag. It comes from its variable, or from a file that the variable of the same name " +
      "with `_FILE` behind it names, as Docker and Kubernetes mount them: a regular file of at most 64 KiB, its path from config.yaml. " +
      "One of the two may be set. `mlt config show` masks it.",
    ...configTables(),
    "## features.yaml",
    "What the model predicts, from what.",
    exampleOfFeatures,
    table(["Key", "Value", "Default", "Description"], featureRows(FeaturesSchema)),
    "An entry of `features` is a name, or a map with these keys:",
    table(["Key", "Value", "Default", "Description"], featureRows(FeatureEntry)),
  ]
    .join("\n\n")
    .concat("\n");
}

const exampleOfFeatures = `\`\`\`yaml
task: classification
target: species
id: ID
features:
  - { name: sepal_length, type: number, min: 0, description: cm }
  - { name: colour, type: category, values: [red, green] }
  - petal_length
\`\`\``;

function configTables(): string[] {
  const scalars = configKeys.filter((key) => key.path.length === 1);
  const sections = Object.entries(ConfigSchema.properties).filter(([, schema]) => KindGuard.IsObject(schema));
  return [
    configTable(scalars),
    ...sections.flatMap(([name, schema]) => [
      `### ${name}`,
      `${schema.description}.`,
      configTable(configKeys.filter((key) => key.path.length > 1 && key.path[0] === name)),
    ]),
  ];
}

function configTable(keys: readonly ConfigKey[]): string {
  const rows = keys.map(({ name, variable, fileVariable, schema }) => [
    code(name),
    kindOf(schema),
    defaultOf(schema),
    fileVariable === undefined ? code(variable) : `${code(variable)} or ${code(fileVariable)}`,
    `${schema.description ?? ""}${fileVariable === undefined ? "" : ". Secret: not in config.yaml"}`,
  ]);
  return table(["Key", "Value", "Default", "Environment variable", "Description"], rows);
}

function featureRows(schema: TObject): string[][] {
  return Object.entries(schema.properties).map(([key, value]) => [
    code(key),
    kindOf(value),
    schema.required?.includes(key) ? "required" : defaultOf(value),
    value.description ?? "",
  ]);
}

/** As in an error, without the article. */
function kindOf(schema: TSchema): string {
  return expected(schema).replace(/^an? /, "").replaceAll("_", "\\_");
}

function defaultOf(schema: TSchema): string {
  return schema.default === undefined ? "" : code(JSON.stringify(schema.default));
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
