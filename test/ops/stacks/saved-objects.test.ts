import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isOwnField } from "../../../core/prediction-log/reserved-fields.ts";
import { panels, savedObjects } from "../../support/dashboard-panels.ts";
import { stacksFolder } from "../../support/stack-files.ts";

interface GridPanel {
  readonly panelRefName: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const properties: Readonly<Record<string, { readonly fields?: object }>> = JSON.parse(
  readFileSync(join(stacksFolder, "efk/records.json"), "utf8"),
).template.mappings.properties;
const dashboard = savedObjects.find(({ type }) => type === "dashboard");
const grid: readonly GridPanel[] = JSON.parse(String(dashboard?.attributes["panelsJSON"]));

test("the data view of the dashboard is fluentd-*, by the time of the record", () => {
  const [view] = savedObjects.filter(({ type }) => type === "index-pattern");
  expect(view?.attributes).toEqual({ title: "fluentd-*", timeFieldName: "timestamp" });
});

test("what the saved objects refer to is among them, and stands before them", () => {
  const known = new Set<string>();
  for (const { type, id, references } of savedObjects) {
    for (const reference of references) expect(known).toContain(`${reference.type}/${reference.id}`);
    known.add(`${type}/${id}`);
  }
  expect(grid.map(({ panelRefName }) => panelRefName)).toEqual(
    (dashboard?.references ?? []).map(({ name }) => name),
  );
});

test("the panels lie side by side in the 48 columns of the dashboard", () => {
  const cells = new Set<string>();
  for (const { panelRefName, gridData } of grid) {
    for (let x = gridData.x; x < gridData.x + gridData.w; x++) {
      for (let y = gridData.y; y < gridData.y + gridData.h; y++) {
        expect([panelRefName, x < 48, cells.has(`${x} ${y}`)]).toEqual([panelRefName, true, false]);
        cells.add(`${x} ${y}`);
      }
    }
  }
});

test("the panels ask for fields whose types an index knows before the first record", () => {
  for (const { aggregations } of panels) {
    for (const { params } of aggregations) {
      const { field } = params;
      if (typeof field !== "string") continue;
      const [name = "", sub] = field.split(".");
      expect(properties).toHaveProperty([name]);
      if (sub !== undefined) expect(properties[name]?.fields).toHaveProperty([sub]);
    }
  }
});

test("a field of records that is declared is one of the log's own, or Fluentd's", () => {
  const others = Object.keys(properties).filter((name) => !isOwnField(name));
  expect(others).toEqual(["@timestamp", "tag"]);
});
