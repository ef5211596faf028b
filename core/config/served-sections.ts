import { stringify } from "yaml";
import { isMap } from "./is-map.ts";
import { yamlText } from "./yaml-text.ts";

/** The sections of config.yaml that a service reads. */
const served = ["project", "serve", "logging"] as const;

/**
 * What of config.yaml a service reads, as YAML without comments: the same as long as none of that changes.
 *
 * @param text  of a config.yaml that has been resolved before, so that it is known to be right
 */
export function servedSections(text: string): string {
  const { data } = yamlText({ name: "config.yaml", text });
  const sections = isMap(data) ? data : {};
  const kept = served.filter((name) => isMap(sections[name])).map((name) => [name, sections[name]]);
  return stringify(Object.fromEntries(kept));
}
