import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stacksFolder } from "./stack-files.ts";

/** An object of Dashboards or Kibana, as they export it. */
export interface SavedObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>> & { readonly title: string };
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
}

/** An aggregation of a panel. */
export interface PanelAggregation {
  readonly id: string;
  readonly type: string;
  readonly schema: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A panel that draws. */
export interface Panel {
  readonly id: string;
  readonly query: string;
  readonly aggregations: readonly PanelAggregation[];
}

export const savedObjects: readonly SavedObject[] = readFileSync(
  join(stacksFolder, "efk/saved-objects.ndjson"),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));

/** What an object's text of JSON holds. */
function parsed(object: SavedObject, name: string) {
  return JSON.parse(String(object.attributes[name]));
}

export const panels: readonly Panel[] = savedObjects
  .filter(({ type }) => type === "visualization")
  .map((object) => {
    const { searchSourceJSON } = object.attributes["kibanaSavedObjectMeta"] as { searchSourceJSON: string };
    return {
      id: object.id,
      query: JSON.parse(searchSourceJSON).query.query,
      aggregations: parsed(object, "visState").aggs,
    };
  });

/** The request that a panel's aggregations come to, for days rather than for what fits the screen. */
export function panelRequest({ query, aggregations }: Panel): object {
  const metrics = aggregations.filter(({ type, schema }) => schema === "metric" && type !== "count");
  const buckets = aggregations.filter(({ schema }) => schema !== "metric");
  const inner = Object.fromEntries(metrics.map((each) => [each.id, aggregation(each)]));
  const aggs = buckets.reduceRight<object>(
    (below, each) => ({ [each.id]: { ...aggregation(each), aggs: below } }),
    inner,
  );
  // The words of the query mean the same to the search engine, apart from the small "or".
  return { size: 0, query: { query_string: { query: query.replaceAll(" or ", " OR ") } }, aggs };
}

function aggregation({ type, params }: PanelAggregation): object {
  const { field, percents, interval, size } = params;
  if (type === "date_histogram") return { [type]: { field, calendar_interval: "day", min_doc_count: 1 } };
  if (type === "histogram") return { [type]: { field, interval, min_doc_count: 1 } };
  if (type === "terms") return { [type]: { field, size } };
  if (type === "percentiles") return { [type]: { field, percents } };
  return { [type]: { field } };
}
