import { expect, test } from "bun:test";
import type { Comparison } from "../../../core/model/comparison.ts";
import { renderReport } from "../../../core/report/render-report.ts";
import type { ReportData, ReportResults } from "../../../core/report/report-data.ts";
import { unclosed } from "../../support/unclosed.ts";

const evil = `<script>alert("1")</script>`;

type ClassResults = Extract<ReportResults, { task: "classification" }>;

/** n rows that cycle through the classes; every `wrongEvery`-th is taken for the next class. */
function classResults(classes: readonly string[], n: number, wrongEvery: number): ClassResults["test"] {
  const codes = Array.from({ length: n }, (_, row) => row % classes.length);
  const said = codes.map((code, row) => (row % wrongEvery === 0 ? (code + 1) % classes.length : code));
  const name = (code: number) => classes[code] ?? "";
  return {
    truth: codes.map(name),
    predictions: {
      task: "classification",
      labels: said.map(name),
      probabilities: Float32Array.from(
        said.flatMap((code) =>
          classes.map((_, other) => (other === code ? 0.7 : 0.3 / (classes.length - 1))),
        ),
      ),
    },
  };
}

function numberResults(n: number, error: number): Extract<ReportResults, { task: "regression" }>["test"] {
  const truth = Array.from({ length: n }, (_, row) => row * 10);
  const values = Float32Array.from(truth, (value, row) => value + (row % 2 === 0 ? error : -error));
  return { truth, predictions: { task: "regression", values } };
}

const card: ReportData["card"] = {
  id: "3f0c8a52-7b1e-4d0a-9c55-1f1c7c0a9b11",
  name: "flowers",
  version: "1.2.0",
  creation_time: "2026-11-24T13:22:41.000Z",
  mlt_version: "0.1.0",
  features: [
    { name: "length", type: "number", nullable: true, description: "cm" },
    { name: "colour", type: "category", nullable: false, values: ["red", "blue"] },
    { name: "wild", type: "boolean", nullable: false },
  ],
  target: "species",
  estimator: { name: "RandomForestClassifier", params: { n_estimators: 100, max_depth: null } },
  metrics: { train: { accuracy: 1 }, test: { accuracy: 0.9 } },
  seed: 42,
  data_sha256: "9f86d081884c7d659a2feaa0c55ad015",
};

const columns: ReportData["columns"] = {
  nRows: 4,
  values: new Map<string, Float32Array | readonly string[]>([
    ["length", Float32Array.of(1, 2, 6, Number.NaN)],
    ["colour", ["red", "red", "blue", "red"]],
    ["wild", Float32Array.of(0, 1, 1, 1)],
  ]),
};

function classification(classes: readonly string[] = ["a", "b", "c"]): ReportData {
  return {
    card,
    results: {
      task: "classification",
      classes,
      train: classResults(classes, 60, 61),
      test: classResults(classes, 30, 10),
    },
    intervals: { accuracy: { low: 0.8, high: 0.97 } },
    importance: { metric: "accuracy", features: [{ feature: "length", mean: 0.4, std: 0.02 }] },
    columns,
    findings: [],
    warnings: ["Few rows were held out."],
  };
}

function regression(n = 20, error = 3): ReportData {
  return {
    ...classification(),
    card: {
      ...card,
      metrics: { train: { mae: 1 }, test: { mae: error, median_absolute_error: error, r2: 0.9 } },
    },
    results: { task: "regression", train: numberResults(40, 1), test: numberResults(n, error) },
    intervals: {},
  };
}

/** The page's text, as a reader sees it. */
function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

const pages: readonly (readonly [string, ReportData])[] = [
  ["three classes", classification()],
  ["two classes", classification(["no", "yes"])],
  ["forty classes", classification(Array.from({ length: 40 }, (_, code) => `class ${code}`))],
  ["numbers", regression()],
  ["numbers predicted exactly", regression(20, 0)],
  ["one held-out row", regression(1)],
  ["no held-out row", regression(0)],
  ["many rows", regression(5_000)],
];

test.each(pages)("renderReport() of %s is one well-formed page that needs nothing else", (_name, data) => {
  const page = renderReport(data);
  expect(page).toStartWith("<!doctype html>");
  expect(page).not.toMatch(/<script|<link|<img|https?:|\bsrc=|url\(|@import/);
  expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  expect(unclosed(page)).toEqual([]);
  expect(page.length).toBeLessThan(400_000);
});

test("renderReport() gives the same bytes for the same data", () => {
  expect(renderReport(classification())).toBe(renderReport(structuredClone(classification())));
});

test("renderReport() escapes all that comes from data and configuration", () => {
  const page = renderReport({
    ...classification([evil, "b"]),
    card: {
      ...card,
      name: evil,
      version: evil,
      target: evil,
      features: [{ name: evil, type: "string", nullable: false, description: evil }],
      estimator: { name: evil, params: { [evil]: evil } },
      git_commit: evil,
    },
    columns: { nRows: 2, values: new Map([[evil, [evil, `" onload="x`]]]) },
    importance: { metric: "accuracy", features: [{ feature: evil, mean: 1, std: 0 }] },
    previous: { version: evil, comparison: compared(0.5, -0.5, 0.5) },
    warnings: [evil],
  });
  expect(page).not.toContain("<script");
  expect(page).not.toContain('" onload');
  expect(page).toContain("&lt;script&gt;");
  expect(unclosed(page)).toEqual([]);
});

test("renderReport() says in words how often a classifier was right, beside the usual answer", () => {
  // Rows 0, 10 and 20 of 30 are wrong; each of three classes is true of 10 rows.
  const text = textOf(renderReport(classification()));
  expect(text).toContain("Of 30 rows held out, it gave the right species for 27 .");
  expect(text).toContain("Always answering \u201ca\u201d would have been right for 10 (33.3%).");
  expect(text).toContain("likely between 80.0% and 97.0%");
  expect(text).toContain("It relies most on length .");
});

test("renderReport() claims no certainty for a classifier without a mistake", () => {
  // 1 - 0.05 ** (1 / 30) = 0.0950: the largest error rate that 30 right answers leave a 1 in 20 chance.
  const classes = ["a", "b", "c"];
  const { truth, predictions } = classResults(classes, 30, 31);
  const perfect = { truth, predictions: { ...predictions, labels: truth } };
  const data = classification(classes);
  const results: ReportResults = { task: "classification", classes, train: perfect, test: perfect };
  expect(textOf(renderReport({ ...data, results, intervals: {} }))).toContain("up to 9.5% mistakes");
});

test("renderReport() says in words how far a regressor is off, beside the mean", () => {
  // Test truth 0, 10, 20, 30 against the training mean of 0 … 390, 195: off by 195, 185, 175, 165, mean 180.
  const text = textOf(renderReport(regression(4)));
  expect(text).toContain(
    "On 4 rows held out, its species is off by 3 on average, and by less than 3 for half",
  );
  expect(text).toContain("Always answering the mean, 195, would be off by 180.");
});

test("renderReport() says so when no rows were held out", () => {
  expect(textOf(renderReport(regression(0)))).toContain("No rows were held out");
});

/** An accuracy of 0.9 beside another, and the interval of the change. */
function compared(before: number, low: number, high: number): Comparison {
  return {
    metric: "accuracy",
    verdict: "unclear",
    candidate: { accuracy: 0.9 },
    inPlace: { accuracy: before },
    differences: { accuracy: { change: 0.9 - before, low, high, probabilityNotBetter: 0.2 } },
  };
}

test("renderReport() sets the previous model beside this one, and says whether the change may be chance", () => {
  const text = (...change: readonly [before: number, low: number, high: number]) =>
    textOf(
      renderReport({
        ...classification(),
        previous: { version: "1.1.0", comparison: compared(...change) },
      }),
    );
  expect(text(0.85, -0.02, 0.13)).toContain("0.850 +0.05 \u22120.02 to +0.13 may be chance");
  expect(text(0.5, 0.3, 0.5)).toContain("0.500 +0.4 +0.3 to +0.5 better");
  expect(text(0.99, -0.15, -0.03)).toContain("0.990 \u22120.09 \u22120.15 to \u22120.03 worse");
  expect(text(0.9, 0, 0)).toContain("0.900 same");
  expect(text(0.85, -0.02, 0.13)).toContain(
    "Against version 1.1.0 on the same rows, Accuracy changed by +0.05 , likely by \u22120.02 to +0.13: that may be chance.",
  );
  expect(text(0.9, 0, 0)).toContain("Version 1.1.0 was scored on the same held-out rows");
});

test("renderReport() describes each feature over the rows that have it", () => {
  // length: 1, 2, 6 and a missing one; colour: red 3 of 4; wild: true 3 of 4.
  const text = textOf(renderReport(classification()));
  expect(text).toContain("length cm number 1 (25.0%) 1 3 6");
  expect(text).toContain("colour category \u2013 red 75.0%, blue 25.0%");
  expect(text).toContain("wild boolean \u2013 true 75.0%, false 25.0%");
});

test("renderReport() names what a screen reader meets: charts, tables and scrolling boxes", () => {
  const page = renderReport(classification());
  const charts = page.match(/<svg[^>]*role="img">/g) ?? [];
  expect(charts.length).toBeGreaterThan(4);
  expect(page.match(/<svg[^>]*role="img"><title>[^<]/g)).toHaveLength(charts.length);
  expect(page.match(/<table[^>]*>\s*<caption><span>[^<]/g)).toHaveLength(page.match(/<table/g)?.length ?? 0);
  expect(page.match(/<h1/g)).toHaveLength(1);
});

test("renderReport() lists the most frequent mistakes where a matrix would be too large", () => {
  const text = textOf(renderReport(classification(Array.from({ length: 40 }, (_, code) => `class ${code}`))));
  expect(text).toContain("The most frequent mistakes among 40 classes");
  expect(text).toContain("The 30 classes of 40 that it does worst on");
});

test("renderReport() says of two classes what it finds of the rare one", () => {
  // 20 rows, every fifth is "yes": of these 4 it finds 3, and takes 2 others for "yes".
  const truth = Array.from({ length: 20 }, (_, row) => (row % 5 === 0 ? "yes" : "no"));
  const labels = truth.map((label, row) =>
    [5, 1, 2].includes(row) ? (label === "yes" ? "no" : "yes") : label,
  );
  const test: ClassResults["test"] = {
    truth,
    predictions: { task: "classification", labels, probabilities: new Float32Array(40).fill(0.5) },
  };
  const text = (part: ClassResults["test"]) =>
    textOf(
      renderReport({
        ...classification(),
        results: { task: "classification", classes: ["no", "yes"], train: test, test: part },
      }),
    );
  expect(text(test)).toContain(
    "Of the 4 rows that are \u201cyes\u201d it found 3 (75.0%); of the 5 times that it said so, 3 were right (60.0%).",
  );
  const never = { ...test, predictions: { ...test.predictions, labels: truth.map(() => "no") } };
  expect(text(never)).toContain("it found 0 (0%); it never said so.");
});

test("renderReport() draws precision and recall of both classes, one of which may be rare", () => {
  const page = renderReport(classification(["fraud", "ok"]));
  const [title] = /Precision and recall; average precision [^<]*/.exec(page) ?? [];
  expect(title).toMatch(/ok \d\.\d+, fraud \d\.\d+/);
  expect(page).toMatch(/ROC curve; area ok [\d.]+</);
});

test("renderReport() says where a class has too few held-out rows for its intervals", () => {
  // 30 rows: ten of each of three classes, seven or eight of each of four.
  const sentence = "A class has fewer than 10 held-out rows";
  expect(textOf(renderReport(classification(["a", "b", "c"])))).not.toContain(sentence);
  expect(textOf(renderReport(classification(["a", "b", "c", "d"])))).toContain(sentence);
});

test("renderReport() lets long names of classes break", () => {
  const long = "c".repeat(200);
  const page = renderReport(classification([long, "b"]));
  const broken = Array.from({ length: 12 }, () => "c".repeat(16)).join("<wbr>");
  // In the confusion matrix down and across, in the table of classes, and in the data.
  expect(page.split(`${broken}<wbr>${"c".repeat(8)}`).length - 1).toBe(4);
});

test("renderReport() opens the table of more than 20 features on demand, and breaks names at their separators", () => {
  const features = Array.from({ length: 24 }, (_, at) => `mean_of_${at}`);
  const page = renderReport({
    ...classification(),
    card: { ...card, features: features.map((name) => ({ name, type: "number", nullable: false })) },
    columns: { nRows: 2, values: new Map(features.map((name) => [name, Float32Array.of(1, 2)])) },
  });
  expect(page).toContain("<details><summary>The other 4 features</summary>");
  expect(page).toContain("mean_<wbr>of_<wbr>23");
  expect(unclosed(page)).toEqual([]);
});
