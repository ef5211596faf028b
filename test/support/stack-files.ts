import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Where mlt's stacks for Docker Compose lie. */
export const stacksFolder = join(import.meta.dir, "../../ops/stacks");

/** Every image that they run, by its name. */
export const stackImages: Readonly<Record<string, string>> = parse(
  readFileSync(join(stacksFolder, "images.yaml"), "utf8"),
);

/** The files below a folder of the stacks whose names end so, by their path from there. */
export function stackFiles(end: string): readonly string[] {
  const names = readdirSync(stacksFolder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(end)).sort();
}

export type SearchEngine = "opensearch" | "elasticsearch";

/** What the two engines are run with. */
const engines = {
  opensearch: { user: "admin", search: "opensearch", dashboards: "opensearch_dashboards" },
  elasticsearch: { user: "elastic", search: "elasticsearch", dashboards: "kibana" },
} as const;

/** All variables of the stacks `efk` and `mongodb`. */
export function stackVariables(engine: SearchEngine, secretsDir: string): Readonly<Record<string, string>> {
  const { user, search, dashboards } = engines[engine];
  return {
    MLT_SECRETS_DIR: secretsDir,
    MLT_BIND: "127.0.0.1",
    MLT_EFK_SEARCH: engine,
    MLT_EFK_SEARCH_USER: user,
    MLT_IMAGE_SEARCH: stackImages[search] ?? "",
    MLT_IMAGE_DASHBOARDS: stackImages[dashboards] ?? "",
    MLT_IMAGE_FLUENTD: stackImages[`fluentd_${engine}`] ?? "",
    MLT_EFK_SEARCH_PORT: "9200",
    MLT_EFK_DASHBOARDS_PORT: "5601",
    MLT_EFK_FLUENTD_PORT: "24224",
    MLT_EFK_MEMORY: "2048m",
    MLT_EFK_HEAP_MB: "1024",
    MLT_EFK_RETENTION_DAYS: "90",
    MLT_EFK_TLS: "false",
    MLT_EFK_SCHEME: "http",
    MLT_IMAGE_MONGODB: stackImages["mongodb"] ?? "",
    MLT_MONGODB_PORT: "27017",
    MLT_MONGODB_USER: "mlt",
    MLT_MONGODB_DATABASE: "mlt",
  };
}

/** A file of variables as Compose takes it. */
export function writeVariables(path: string, variables: Readonly<Record<string, string>>): void {
  writeFileSync(
    path,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
}
