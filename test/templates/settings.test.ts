import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { templateFiles, templateNames } from "../../adapters/template-files.ts";
import { resolveConfig } from "../../core/config/resolve.ts";
import { rowPacker } from "../../core/features/pack-rows.ts";
import { parseFeatures } from "../../core/features/parse-features.ts";

function textOf(template: (typeof templateNames)[number], path: string): string {
  return new TextDecoder().decode(templateFiles(template).get(path));
}

function config(text: string) {
  return resolveConfig({ flags: {}, environment: {}, file: { name: "config.yaml", text } }).config;
}

describe("the settings of a new project", () => {
  test.each(templateNames)(
    "%s has a valid config.yaml that changes nothing but the project's name and its program",
    (name) => {
      const { project, ...rest } = config(textOf(name, "config.yaml"));
      const { command, ...train } = rest.train;
      expect(command?.join(" ")).toBe(name === "python" ? ".venv/bin/python -m source.program" : undefined);
      const { project: _, ...defaults } = config("{}");
      expect(project.name).not.toBe("model");
      expect({ ...rest, train }).toEqual(defaults);
    },
  );

  test("config.yaml of this repository is a project of mlt too", () => {
    const text = readFileSync(join(import.meta.dir, "../../config.yaml"), "utf8");
    expect(config(text).source).toBe("templates/iris/source");
  });

  test.each([
    ["iris", "classification", "species", "example_classification1"],
    ["python", "classification", "species", "example_classification1"],
    ["regression", "regression", "body_mass_g", "example_regression1"],
  ] as const)("%s has requests that its features.yaml allows", (name, task, target, example) => {
    const spec = parseFeatures(textOf(name, "source/model/features.yaml"), "features.yaml");
    expect(spec).toMatchObject({ task, target });
    const pack = rowPacker(spec, 10);
    for (const request of [example, "batch_request"]) {
      expect(pack(JSON.parse(textOf(name, `tests/prediction/${request}.json`)))).toMatchObject({ ok: true });
    }
  });

  test.each(templateNames)("%s holds the same rows in batch.csv and batch_request.json", (name) => {
    const [header = "", ...lines] = textOf(name, "tests/prediction/batch.csv").trim().split("\n");
    const rows: Record<string, unknown>[] = JSON.parse(textOf(name, "tests/prediction/batch_request.json"));
    const columns = header.split(",");
    expect(lines.map((line) => line.split(",").map((cell) => cell.replace(/\.0$/, "")))).toEqual(
      rows.map((row) => columns.map((column) => String(row[column] ?? ""))),
    );
  });

  test("python has the rows, features and requests of iris, and no types of TypeScript", () => {
    const files = templateFiles("python");
    for (const path of ["source/data/iris.csv", "source/model/features.yaml", "tests/prediction/batch.csv"])
      expect(textOf("python", path)).toBe(textOf("iris", path));
    expect([...files.keys()].filter((path) => /ts$|tsconfig/.test(path))).toEqual([]);
  });

  test.each(templateNames)("%s marks where its example begins and ends", (name) => {
    for (const [path, bytes] of templateFiles(name)) {
      const marks = new TextDecoder().decode(bytes).match(/(\/\/|#) (End )?Example$/gm) ?? [];
      const open = marks.map((mark) => (mark.includes("End") ? -1 : 1));
      expect({ path, open }).toEqual({ path, open: open.map((_, index) => (index % 2 === 0 ? 1 : -1)) });
      expect(open.length % 2).toBe(0);
    }
  });
});
