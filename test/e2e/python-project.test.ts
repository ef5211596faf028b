import { afterAll, describe, expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { copyOf, newProject, succeeded, type TestProject } from "../support/project.ts";
import { missingTool, testWith } from "../support/tools.ts";

const python = ["python:skl2onnx", "python:pandas", "python:pyarrow"];
const patience = 120_000;
const isHere = python.every((tool) => missingTool(tool) === undefined);

/** The template as `mlt init` writes it, but for its Python: that of the tests, which has the packages of requirements.txt. */
async function pythonProject(runtime?: "deno"): Promise<TestProject> {
  const project = await newProject("python", runtime);
  project.edit("config.yaml", ".venv/bin/python", "python3");
  return project;
}

const iris = isHere ? await pythonProject() : undefined;
if (iris !== undefined) succeeded(await iris.mlt(["train"]));
afterAll(() => iris?.[Symbol.dispose]());

/** A copy of the trained template. */
function trained(): TestProject {
  if (iris === undefined) throw new Error("Python is missing");
  return copyOf(iris);
}

const checker = join(import.meta.dirname, "../support/onnx-check.py");

describe("a project in Python", () => {
  testWith(
    [...python, "python:onnx"],
    "makes the same artifact as one in TypeScript, whose graph passes the checker of ONNX",
    () => {
      using project = trained();
      const card = JSON.parse(project.read("model_bin/model.json"));
      expect(card).toMatchObject({
        classes: ["setosa", "versicolor", "virginica"],
        estimator: { name: "LogisticRegression", params: { C: 1 } },
      });
      expect(card.metrics.test.accuracy).toBeGreaterThan(0.9);
      expect(Object.keys(card.sha256).sort()).toEqual(["model.onnx", "report.html"]);
      expect(project.read("model_bin/report.html")).toContain("LogisticRegression");
      const graph = join(project.path, "model_bin/model.onnx");
      const { status, stderr } = spawnSync("python3", [checker, graph], { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    },
  );

  testWith(
    python,
    "serves, predicts, evaluates and compares as one in TypeScript does",
    async () => {
      using project = trained();
      {
        await using service = await project.serve();
        const response = await fetch(`${service.url}/api/predictions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: project.read("tests/prediction/batch_request.json"),
        });
        expect(await response.json()).toEqual([
          { class_name: "setosa" },
          { class_name: "versicolor" },
          { class_name: "virginica" },
        ]);
      }
      expect(succeeded(await project.mlt(["predict", "tests/prediction/batch.csv"]))).toContain(
        "\n5.1,3.5,1.4,0.2,setosa,",
      );
      succeeded(await project.mlt(["evaluate", "--data", "source/data/iris.csv"]));
      const before = project.read("model_bin/model.json");
      // The same rows, seed and code: as good as the one in place, with the same bytes.
      succeeded(await project.mlt(["train", "--compare", "--min-metric", "accuracy=0.9"]));
      const [old, now] = [before, project.read("model_bin/model.json")].map((text) => JSON.parse(text));
      expect(now.id).not.toBe(old.id);
      expect(now.sha256["model.onnx"]).toBe(old.sha256["model.onnx"]);
      expect(now.golden).toEqual(old.golden);
    },
    patience,
  );

  testWith(
    [...python, "python:pytest"],
    "is tested by pytest, with results for Jenkins, and by bun:test beside it",
    async () => {
      using project = trained();
      succeeded(await project.mlt(["test", "--junit", "build/test.xml"]));
      expect(project.read("build/test.xml")).toMatch(/tests="10"/);
      expect(existsSync(join(project.path, ".mlt/types"))).toBe(false);
      const chosen = succeeded(await project.mlt(["test", "tests/data", "--grep", "stops"]));
      expect(chosen).toContain("1 passed, 1 deselected");
      await project.write({
        "tests/data/more.test.ts":
          'import { expect, test } from "bun:test";\ntest("one", () => expect(1).toBe(1));\n',
        "tests/data/test_wrong.py": "def test_wrong():\n    assert 1 == 2\n",
      });
      const both = await project.mlt(["test", "tests/data", "--junit", "build/data.xml"]);
      expect(both.exitCode).toBe(3);
      expect(project.read("build/data.xml")).toContain('name="one"');
      expect(project.read("build/data-python.xml")).toContain("test_wrong");
      const coverage = await project.mlt(["test", "tests/data/test_wrong.py", "--coverage"]);
      expect(coverage.exitCode).toBe(2);
    },
    patience,
  );

  testWith(
    python,
    "learns from text and missing values, and serves boosted trees of them",
    async () => {
      using project = trained();
      const regression = join(import.meta.dirname, "../../templates/regression/source");
      cpSync(join(regression, "data/penguins.csv"), join(project.path, "source/data/penguins.csv"));
      cpSync(join(regression, "model/features.yaml"), join(project.path, "source/model/features.yaml"));
      project.edit(
        "source/data/data_loader.py",
        '"iris.csv"), nrows=n_rows)',
        '"penguins.csv"), nrows=n_rows).dropna(subset=["body_mass_g", "flipper_length_mm"])',
      );
      project.edit(
        "source/model/train.py",
        'data.drop(columns="species"), data["species"]',
        'data.drop(columns="body_mass_g"), data["body_mass_g"]',
      );
      project.edit(
        "source/model/train.py",
        'ColumnTransformer([("numbers", StandardScaler(), numbers)])',
        'ColumnTransformer([("numbers", SimpleImputer(), ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]), ("text", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["species", "island", "sex"])])',
      );
      project.edit(
        "source/model/train.py",
        "LogisticRegression(C=1.0)",
        "HistGradientBoostingRegressor(max_iter=50)",
      );
      project.edit(
        "source/model/train.py",
        "import StandardScaler",
        "import OneHotEncoder\nfrom sklearn.impute import SimpleImputer\nfrom sklearn.ensemble import HistGradientBoostingRegressor",
      );
      succeeded(await project.mlt(["train"]));
      const { estimator, metrics } = JSON.parse(project.read("model_bin/model.json"));
      expect(estimator.name).toBe("HistGradientBoostingRegressor");
      expect(metrics.test.r2).toBeGreaterThan(0.75);
      await project.write({
        "rows.csv":
          "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,sex\nAdelie,Dream,,,190,\nGentoo,Biscoe,46.1,13.2,211,female\n",
      });
      const [, unknown, gentoo] = succeeded(await project.mlt(["predict", "rows.csv"])).split("\n");
      // Penguins weigh from 2700 to 6300 g.
      for (const row of [unknown, gentoo]) {
        const grams = Number(row?.split(",").at(-1));
        expect(grams).toBeGreaterThan(2700);
        expect(grams).toBeLessThan(6300);
      }
    },
    patience,
  );

  testWith(
    python,
    "tells in a line what its Python says",
    async () => {
      using project = trained();
      const before = project.read("model_bin/model.json");
      project.edit("source/model/train.py", "LogisticRegression(C=1.0)", "LogisticRegression(C=-1.0)");
      const wrong = await project.mlt(["train"]);
      expect(wrong.exitCode).toBe(4);
      expect(wrong.stderr).toMatch(
        /error: "python3 -m source\.program train" ended with exit code 1: .*InvalidParameterError: The 'C' parameter .*\nhint: Mend the program, or train\.command in config\.yaml\.\n$/,
      );
      expect(wrong.stderr).toContain("source/model/train.py");
      project.edit("source/model/train.py", "C=-1.0", "C=1.0");
      project.edit("source/model/export.py", '{"zipmap": False}', '{"zipmap": True}');
      const zipped = await project.mlt(["train"]);
      expect(zipped.exitCode).toBe(3);
      expect(zipped.stderr).toEndWith(
        '  Its output "output_probability" is a list of maps, not a tensor of rows × classes\n' +
          'hint: Convert it without ZipMap: options={"zipmap": False} of skl2onnx and onnxmltools.\n',
      );
      expect(project.read("model_bin/model.json")).toBe(before);
    },
    patience,
  );

  testWith(
    [...python, "deno"],
    "trains on Deno too",
    async () => {
      using project = await pythonProject("deno");
      succeeded(await project.mlt(["train"]));
      expect(succeeded(await project.mlt(["predict", "tests/prediction/batch.csv"]))).toContain(
        "\n5.1,3.5,1.4,0.2,setosa,",
      );
    },
    patience,
  );
});
