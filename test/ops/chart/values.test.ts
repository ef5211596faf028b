import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { plainValues } from "../../support/chart-corners.ts";
import { chartFolder, helmWith } from "../../support/helm-chart.ts";
import { testWith } from "../../support/tools.ts";

const wrong: readonly (readonly [what: string, values: object, said: string])[] = [
  ["an unknown key", { replcas: 3 }, "additional properties 'replcas' not allowed"],
  ["an unknown key further in", { spool: { persistant: true } }, "'persistant' not allowed"],
  [
    "an unknown resource",
    { resources: { limits: { mem: "1Gi" } } },
    "additional properties 'mem' not allowed",
  ],
  ["no amount", { resources: { limits: { memory: "much" } } }, "/resources/limits/memory"],
  ["a tag for a digest", { image: { digest: "1.2.0" } }, "/image/digest"],
  ["a tag in the repository", { image: { repository: "registry.example.org/iris:1" } }, "/image/repository"],
  ["a text for a number", { replicas: "2" }, "/replicas"],
  ["no replica", { replicas: 0 }, "/replicas"],
  ["no port", { service: { port: 65_536 } }, "/service/port"],
  ["no type of a Service", { service: { type: "nodeport" } }, "/service/type"],
  ["no name of a Secret", { secrets: ["Iris"] }, "/secrets/0"],
  ["a variable that the image sets", { env: { MLT_SERVE__PORT: "80" } }, "/env/MLT_SERVE__PORT"],
  [
    "a label that pods are chosen by",
    { podLabels: { "app.kubernetes.io/name": "iris" } },
    "/podLabels/app.kubernetes.io~1name",
  ],
  ["no model version", { model: { version: "1.2.0+build" } }, "/model/version"],
  ["no host", { ingress: { host: "https://iris.example.org" } }, "/ingress/host"],
];

for (const [what, values, said] of wrong) {
  testWith(["helm"], `the chart refuses ${what} and says where it is`, async () => {
    const merged = { ...plainValues, ...values };
    for (const command of [["template", "iris"], ["lint"]]) {
      const { exitCode, stdout, stderr } = await helmWith(command, merged);
      expect(exitCode).toBe(1);
      expect(`${stdout}${stderr}`).toContain(said);
    }
  });
}

testWith(["helm"], "the chart installs no image that it was not told", async () => {
  const { exitCode, stderr } = await helmWith(["template", "iris"], {});
  expect(exitCode).toBe(1);
  expect(stderr).toContain("/image/digest");
});

test("values.schema.json knows the values of values.yaml, and each says what it is", () => {
  const schema = JSON.parse(readFileSync(join(chartFolder, "values.schema.json"), "utf8"));
  const values = parse(readFileSync(join(chartFolder, "values.yaml"), "utf8"));
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  const { global, ...own } = schema.properties;
  expect(global).toBeDefined();
  compare("", values, own);
  for (const [path, node] of everySchema("", schema)) {
    expect([path, typeof node["description"]]).toEqual([path, "string"]);
    if (node["properties"] !== undefined) expect([path, node["additionalProperties"]]).toEqual([path, false]);
  }
});

test("Chart.yaml has the version of mlt", () => {
  const chart = parse(readFileSync(join(chartFolder, "Chart.yaml"), "utf8"));
  const { version } = JSON.parse(readFileSync(join(chartFolder, "../../package.json"), "utf8"));
  expect(chart).toMatchObject({ apiVersion: "v2", name: "mlt", version, kubeVersion: ">=1.30.0-0" });
});

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** With keys that users choose. */
const isMap = (node: Node) => node["patternProperties"] !== undefined;

/** What is closed in the schema has the keys that values.yaml has; amounts may have more. */
function compare(path: string, values: Node, properties: Node): void {
  expect([path, Object.keys(values).sort()]).toEqual([path, Object.keys(properties).sort()]);
  for (const [key, value] of Object.entries(values)) {
    const node = properties[key];
    const isAmounts = path === "/resources";
    if (isNode(value) && isNode(node) && isNode(node["properties"]) && !isAmounts && !isMap(node))
      compare(`${path}/${key}`, value, node["properties"]);
  }
}

function everySchema(path: string, node: Node): [string, Node][] {
  const properties = isNode(node["properties"]) ? Object.entries(node["properties"]) : [];
  const below = properties.flatMap(([key, value]) =>
    isNode(value) ? everySchema(`${path}/${key}`, value) : [],
  );
  return [[path, node], ...below];
}
