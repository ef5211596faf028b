import { afterAll, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { panelRequest, panels } from "../../support/dashboard-panels.ts";
import { runEfkSetup } from "../../support/efk-setup.ts";
import { type OpenSearchServer, openSearchTool, startOpenSearch } from "../../support/opensearch-server.ts";
import { stacksFolder } from "../../support/stack-files.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

// OpenSearch runs without its plugins here: what the setup tells those of security and of retention is not tried with them.

const index = "fluentd-20261124";
const iris = { event: "predict_proba", model_name: "iris", model_version: "1.2.0" };

/** Records as `mlt serve` logs them, and Fluentd adds them. */
const records = [
  {
    ...{ ...iris, request_id: "a", class_1: "setosa", proba_1: 0.875, class_2: "virginica", proba_2: 0.125 },
    ...{
      prediction: "setosa",
      latency_ms: 1,
      ID: "A-17",
      features: { petal_length: 1, colour: "red", wild: true },
    },
  },
  {
    ...{ ...iris, request_id: "b", class_1: "virginica", proba_1: 0.625, class_2: "setosa", proba_2: 0.375 },
    ...{
      prediction: "virginica",
      latency_ms: 3,
      ID: 17,
      features: { petal_length: 5.5, colour: null, wild: false },
    },
  },
  {
    ...{
      ...iris,
      model_version: "1.3.0",
      request_id: "c",
      class_1: "setosa",
      proba_1: 1,
      class_2: "virginica",
      proba_2: 0,
    },
    ...{ prediction: "setosa", latency_ms: 2, features: { petal_length: 1.5, colour: "blue", wild: false } },
  },
  // Another model, whose features of the same names have other types.
  {
    ...{ event: "predict", model_name: "price", model_version: "1.0.0", request_id: "d", latency_ms: 2 },
    ...{ prediction: 23.5, features: { petal_length: "long", colour: 3.5, wild: 2 } },
  },
  { event: "feedback", model_name: "iris", request_id: "e", ID: "A-17", truth: "setosa" },
].map((record) => ({
  schema_version: 1,
  timestamp: "2026-11-24T20:13:44.123+01:00",
  row: 0,
  ...record,
  "@timestamp": "2026-11-24T19:13:44.123000000+00:00",
  tag: `${record.model_name}.${record.event}`,
}));

/** A node, with the records in it once it was set up; one for all tests, since it takes long to start. */
async function startLogged() {
  const dir = tempDir();
  const server = await startOpenSearch(join(dir.path, "node"));
  const environment = {
    MLT_SEARCH_URL: server.url,
    MLT_RETENTION_DAYS: "90",
    MLT_STEPS: "types first_index",
  };
  const setup = () =>
    runEfkSetup({ engine: "opensearch", dir: dir.path, command: ["setup-search.sh"], environment });
  const first = await setup();
  return { dir, server, first, setup, statuses: await add(server) };
}

let started: ReturnType<typeof startLogged> | undefined;
function logged() {
  started ??= startLogged();
  return started;
}

afterAll(async () => {
  const node = await started;
  await node?.server[Symbol.asyncDispose]();
  node?.dir[Symbol.dispose]();
});

const timeoutMs = 240_000;

/** Adds the records by their keys; the status of each. */
async function add(server: OpenSearchServer): Promise<readonly number[]> {
  const lines = records.flatMap((record) => {
    const _id = `${record.request_id}:${record.row}:${record.timestamp}`;
    return [JSON.stringify({ create: { _index: index, _id } }), JSON.stringify(record)];
  });
  const answer = (await server.ask("POST", "/_bulk?refresh=true", `${lines.join("\n")}\n`)) as {
    items: readonly { create: { status: number } }[];
  };
  return answer.items.map(({ create }) => create.status);
}

interface Found {
  readonly hits: { readonly total: { readonly value: number } };
}

const count = async (server: OpenSearchServer, query: object) =>
  ((await server.ask("POST", "/fluentd-*/_search", { query, size: 0 })) as Found).hits.total.value;

testWith(
  [openSearchTool, "curl"],
  "OpenSearch takes the records of models that disagree on types, each once however often it comes",
  async () => {
    const { server, first, setup, statuses } = await logged();
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(statuses).toEqual([201, 201, 201, 201, 201]);
    // 409: a record of that key is there.
    expect(await add(server)).toEqual([409, 409, 409, 409, 409]);
    expect(await setup()).toMatchObject({ exitCode: 0, stderr: "" });

    const range = (field: string, bounds: object) => count(server, { range: { [field]: bounds } });
    const term = (field: string, value: unknown) => count(server, { term: { [field]: value } });
    // 19:13 of UTC, from a text with the offset +01:00.
    expect(await range("timestamp", { gte: "2026-11-24T19:13:00Z", lt: "2026-11-24T19:14:00Z" })).toBe(5);
    // 5.5 alone: 1 and 1.5 are less, and "long" is no number.
    expect(await range("features.petal_length", { gt: 1.5 })).toBe(1);
    expect(await range("prediction.number", { gte: 23.5 })).toBe(1);
    expect(await range("proba_2", { gt: 0.2, lt: 0.4 })).toBe(1);
    expect(await term("features.colour", "3.5")).toBe(1);
    expect(await term("features.wild", "true")).toBe(1);
    expect(await term("ID", 17)).toBe(1);
    expect(await term("ID", "A-17")).toBe(2);
    expect(await term("truth", "setosa")).toBe(1);
  },
  timeoutMs,
);

/** What an answer holds, in the order of its buckets: keys of buckets, their counts, and values. */
function figures(aggregations: unknown): unknown[] {
  if (typeof aggregations !== "object" || aggregations === null) return [];
  return Object.values(aggregations).flatMap((each) => {
    if (Array.isArray(each.buckets))
      return each.buckets.map((bucket: { key: unknown; doc_count: number }) => {
        const { key, doc_count, key_as_string, ...below } = bucket as typeof bucket & {
          key_as_string?: string;
        };
        return [key_as_string?.slice(0, 10) ?? key, doc_count, ...figures(below)];
      });
    return [each.values ?? each.value];
  });
}

testWith(
  [openSearchTool, "curl"],
  "every panel of the dashboard shows the records, and not the feedback",
  async () => {
    const { server } = await logged();
    const shown: Record<string, unknown> = {};
    for (const panel of panels) {
      const answer = (await server.ask("POST", "/fluentd-*/_search", panelRequest(panel))) as {
        aggregations: object;
      };
      shown[panel.id] = figures(answer.aggregations);
    }
    const day = "2026-11-24";
    expect(shown).toEqual({
      "mlt-over-time": [[day, 4, ["1.2.0", 2], ["1.0.0", 1], ["1.3.0", 1]]],
      "mlt-classes": [
        ["setosa", 2],
        ["virginica", 1],
      ],
      // Steps of 0.05: 0.625 lies from 0.6 on, 0.875 from 0.85 on.
      "mlt-probability": [
        [expect.closeTo(0.6), 1, ["1.2.0", 1]],
        [expect.closeTo(0.85), 1, ["1.2.0", 1]],
        [1, 1, ["1.3.0", 1]],
      ],
      // Of 1, 2, 2 and 3 half are 2 or less.
      "mlt-latency": [[day, 4, { "50.0": 2, "95.0": expect.any(Number), "99.0": expect.any(Number) }]],
      "mlt-drift-classes": [[day, 4, ["setosa", 2], ["virginica", 1]]],
      // (0.875 + 0.625) / 2
      "mlt-drift-probability": [[day, 4, ["1.2.0", 2, 0.75], ["1.0.0", 1, null], ["1.3.0", 1, 1]]],
      "mlt-drift-numbers": [[day, 4, { "5.0": 23.5, "50.0": 23.5, "95.0": 23.5 }]],
      "mlt-models": [
        [
          "iris",
          3,
          ["1.2.0", 2, 0.75, expect.anything(), expect.any(Number)],
          ["1.3.0", 1, 1, { "95.0": 2 }, expect.any(Number)],
        ],
        ["price", 1, ["1.0.0", 1, null, { "95.0": 2 }, expect.any(Number)]],
      ],
    });
  },
  timeoutMs,
);

testWith(
  [openSearchTool],
  "a template of the records that OpenSearch reads wrongly is not taken",
  async () => {
    const { server } = await logged();
    const template = JSON.parse(readFileSync(join(stacksFolder, "efk/records.json"), "utf8"));
    template.template.mappings.properties.row.type = "whole";
    expect(await server.ask("PUT", "/_component_template/wrong", template)).toMatchObject({ status: 400 });
  },
  timeoutMs,
);
