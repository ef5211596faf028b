import { expect } from "bun:test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { newProject, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const script = join(import.meta.dirname, "../support/triton-infer.py");

interface Report {
  readonly live: boolean;
  readonly ready: boolean;
  readonly modelReady: boolean;
  readonly versionReady: boolean;
  readonly otherModelReady: boolean;
  readonly otherVersionReady: boolean;
  readonly server: unknown;
  readonly model: { readonly platform: string };
  readonly answers: Readonly<Record<string, { readonly id: string | null; readonly outputs: unknown }>>;
  readonly errors: Readonly<Record<string, { readonly status: string; readonly message: string }>>;
}

/** What Triton's client understands of the service, with these rows. */
async function tritonReport(url: string, model: string, rows: readonly object[]): Promise<Report> {
  const child = spawn("python3", [script, new URL(url).host, model]);
  child.stdin.end(JSON.stringify(rows));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What the service's own routes answer to the same rows, as the outputs of the protocol with numbers in float32. */
async function ownOutputs(url: string, rows: readonly object[]) {
  const post = async (path: string) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(rows) });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const predictions = (await post("/api/predictions")).body;
  const proba = await post("/api/proba_predictions");
  if (proba.status === 404) {
    const values = predictions.map((row: { prediction: number }) => Math.fround(row.prediction));
    return { prediction: { dtype: "float32", values } };
  }
  const probabilities = proba.body.map((row: { probabilities: number[] }) =>
    row.probabilities.map(Math.fround),
  );
  return {
    label: { dtype: "object", values: predictions.map((row: { class_name: string }) => row.class_name) },
    probabilities: { dtype: "float32", values: probabilities },
  };
}

async function expectSameAnswers(project: TestProject, model: string, rows: readonly object[]) {
  await using service = await project.serve();
  const report = await tritonReport(service.url, model, rows);
  const outputs = await ownOutputs(service.url, rows);
  for (const [way, answer] of Object.entries(report.answers)) {
    expect({ way, ...answer }).toEqual({ way, id: way === "binary" ? "42" : null, outputs });
  }
  return report;
}

const flowers = [
  { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
  { sepal_length: 6.3, sepal_width: 3.3, petal_length: 6, petal_width: 2.5 },
];

testWith(
  ["python:tritonclient.http"],
  "Triton's client gets the answers of the routes of mlt's own (iris)",
  async () => {
    using project = await trainedProject();
    const report = await expectSameAnswers(project, "iris", flowers);
    const { server, model, answers, errors, ...states } = report;
    expect(states).toEqual({
      live: true,
      ready: true,
      modelReady: true,
      versionReady: true,
      otherModelReady: false,
      otherVersionReady: false,
    });
    expect(server).toMatchObject({ name: "mlt", extensions: ["binary_tensor_data"] });
    expect(model.platform).toBe("onnx_onnxv1");
    expect(Object.keys(answers)).toEqual(["binary", "version", "asynchronous", "json", "matrix"]);
    const notFound = 'There is nothing at this path; the model is "iris", its version "0.1.0"';
    expect(errors).toEqual({
      otherModel: { status: "404", message: notFound },
      config: { status: "404", message: notFound },
      wrongInput: {
        status: "400",
        message: 'Input "wrong" is not one of the 4 features; 4 more problems are in errors',
      },
      wrongOutput: {
        status: "400",
        message: `Output "wrong" is none of the model's; it has label and probabilities`,
      },
      gzip: { status: "415", message: "Send the body without a Content-Encoding" },
    });
  },
);

testWith(
  ["python:tritonclient.http"],
  "Triton's client gets the answers of the routes of mlt's own (regression)",
  async () => {
    using project = await trainedProject("regression");
    const penguin = {
      species: "Adelie",
      island: "Dream",
      bill_length_mm: 39.1,
      bill_depth_mm: 18.7,
      flipper_length_mm: 181,
      sex: "male",
    };
    const whole = await expectSameAnswers(project, "penguins", [penguin, { ...penguin, sex: "female" }]);
    expect(Object.keys(whole.answers)).toContain("json");
    await expectSameAnswers(project, "penguins", [
      { ...penguin, bill_length_mm: null, sex: null },
      { ...penguin, species: "Gentoo", island: "Biscoe" },
    ]);
  },
);

/** A project whose model reads a number, a boolean and free text, each of which may be missing. */
async function shades(): Promise<TestProject> {
  const project = await newProject();
  const data = Array.from({ length: 60 }, (_, row) => [
    row % 10 === 9 ? "" : ((row % 3) * 2 + (row % 7) * 0.3).toFixed(1),
    row % 11 === 10 ? "" : row % 3 > 0,
    row % 13 === 12 ? "" : ["light", "dark", "grün"][(row + Math.floor(row / 3)) % 3],
    ["a", "b", "c"][row % 3],
  ]);
  await project.write({
    "source/data/iris.csv": `size,large,shade,species\n${data.map((row) => row.join(",")).join("\n")}\n`,
    "source/model/features.yaml":
      "task: classification\ntarget: species\nfeatures:\n" +
      "  - { name: size, type: number, nullable: true, min: 0 }\n" +
      "  - { name: large, type: boolean, nullable: true }\n" +
      "  - { name: shade, type: string, nullable: true }\n",
  });
  const train = "source/model/train.ts";
  project.edit(
    train,
    "LogisticRegression, type Matrix, StandardScaler }",
    "columnTransformer, LogisticRegression, type Matrix, OneHotEncoder, SimpleImputer }",
  );
  project.edit(
    train,
    "private readonly scaler = new StandardScaler();",
    'private readonly scaler = columnTransformer([[new SimpleImputer({ strategy: "median" }), ["size", "large"]], [new OneHotEncoder(), ["shade"]]]);',
  );
  succeeded(await project.mlt(["train"]));
  return project;
}

testWith(
  ["python:tritonclient.http"],
  "Triton's client gets the answers of the routes of mlt's own (text, boolean and missing values)",
  async () => {
    using project = await shades();
    const row = { size: 2.3, large: true, shade: "dark" };
    const whole = await expectSameAnswers(project, "iris", [row, { size: 0, large: false, shade: "grün" }]);
    expect(Object.keys(whole.answers)).toContain("json");
    await expectSameAnswers(project, "iris", [row, { size: null, large: null, shade: null }]);
    await expectSameAnswers(project, "iris", [
      { ...row, large: null },
      { ...row, size: 4, large: null },
    ]);
  },
);
