import { describe, expect, test } from "bun:test";
import { ExitCode, MltError } from "../../../core/errors.ts";
import { parseFeatures } from "../../../core/features/parse-features.ts";

function failure(text: string): MltError {
  try {
    parseFeatures(text, "features.yaml");
  } catch (error) {
    if (error instanceof MltError) return error;
    throw error;
  }
  throw new Error("Expected features.yaml to be refused");
}

describe("parseFeatures()", () => {
  test("reads names and maps side by side", () => {
    const text = `
task: classification
target: species
id: ID
features:
  - { name: sepal_length, type: number, min: 0, description: cm }
  - { name: colour, type: category, values: [red, "1", yes] }
  - { name: income, type: integer, nullable: true, min: -1, max: -1 }
  - { name: "no type", max: 1.5e3 }
  - petal width
  - { name: smoker, type: boolean }
  - { name: note, type: string }
`;
    expect(parseFeatures(text, "features.yaml")).toEqual({
      task: "classification",
      target: "species",
      id: "ID",
      features: [
        { name: "sepal_length", type: "number", nullable: false, min: 0, description: "cm" },
        { name: "colour", type: "category", nullable: false, values: ["red", "1", "yes"] },
        { name: "income", type: "integer", nullable: true, min: -1, max: -1 },
        { name: "no type", type: "number", nullable: false, max: 1500 },
        { name: "petal width", type: "number", nullable: false },
        { name: "smoker", type: "boolean", nullable: false },
        { name: "note", type: "string", nullable: false },
      ],
    });
  });

  test("reads a plain list of names as required numbers", () => {
    expect(parseFeatures("task: regression\ntarget: y\nfeatures: [a, constructor]\n", "f.yaml")).toEqual({
      task: "regression",
      target: "y",
      features: [
        { name: "a", type: "number", nullable: false },
        { name: "constructor", type: "number", nullable: false },
      ],
    });
  });

  const aName = 'a name that is not empty, has no control character and is not "__proto__"';
  const anEntry = "a name, or a map such as { name: height, type: number }";
  const types = 'one of "number", "integer", "boolean", "category", "string"';

  // Each entry stands on line 4 behind "  - ", so that its own first character has column 5.
  test.each([
    ["{ name: a, mim: 0 }", '4:16 Unknown key "features[0].mim"; did you mean "min"?'],
    [
      "{ name: a, type: sting }",
      `4:22 Expected features[0].type to be ${types}, not "sting"; did you mean "string"?`,
    ],
    ["{ name: a, type: 1 }", `4:22 Expected features[0].type to be ${types}, not 1`],
    ["{ name: a, nullable: yes }", '4:26 Expected features[0].nullable to be true or false, not "yes"'],
    ["{ type: number }", '4:5 Missing key "features[0].name"'],
    ["{ name: a, min: 3, max: 2.5 }", '4:21 Expected min of "a" to be at most its max 2.5, not 3'],
    ['{ name: a, min: "0" }', '4:21 Expected features[0].min to be a number, not "0"'],
    ["{ name: a, max: .inf }", "4:21 Expected features[0].max to be a number, not .inf"],
    [
      "{ name: a, type: string, min: 0 }",
      '4:30 Only a number or integer has "min", and "a" is of type string',
    ],
    [
      "{ name: a, type: boolean, max: 1 }",
      '4:31 Only a number or integer has "max", and "a" is of type boolean',
    ],
    ["{ name: a, values: [x] }", '4:16 Only a category has "values", and "a" is of type number'],
    ["{ name: a, type: category }", '4:5 Category "a" lacks "values", the list of its choices'],
    [
      "{ name: a, type: category, values: [] }",
      "4:40 Expected features[0].values to be a list that is not empty, not an empty list",
    ],
    [
      "{ name: a, type: category, values: x }",
      '4:40 Expected features[0].values to be a list that is not empty, not "x"',
    ],
    ["{ name: a, type: category, values: [x, y, x] }", '4:47 Value "x" of "a" is there twice'],
    [
      '{ name: a, type: category, values: [""] }',
      '4:41 Expected features[0].values[0] to be text that is not empty, not ""',
    ],
    [
      "{ name: a, type: category, values: [true] }",
      "4:41 Expected features[0].values[0] to be text that is not empty, not true; quote it",
    ],
    [
      "{ name: a, type: category, values: [1.0] }",
      "4:41 Expected features[0].values[0] to be text that is not empty, not 1.0; quote it",
    ],
    [
      "{ name: a, type: category, values: [null] }",
      "4:41 Expected features[0].values[0] to be text that is not empty, not null",
    ],
    ["{ name: a, description: 5 }", "4:29 Expected features[0].description to be text, not 5; quote it"],
    ["{ name: 5 }", `4:13 Expected features[0].name to be ${aName}, not 5; quote it`],
    ['""', `4:5 Expected features[0] to be ${aName}, not ""`],
    ['"a\\tb"', `4:5 Expected features[0] to be ${aName}, not "a\\tb"`],
    ['"a\\n"', `4:5 Expected features[0] to be ${aName}, not "a\\n"`],
    ["__proto__", `4:5 Expected features[0] to be ${aName}, not "__proto__"`],
    ["{ name: __proto__ }", `4:13 Expected features[0].name to be ${aName}, not "__proto__"`],
    ["3", `4:5 Expected features[0] to be ${anEntry}, not 3`],
    ["[a]", `4:5 Expected features[0] to be ${anEntry}, not a list`],
    ["y", '4:5 Target "y" is among the features'],
    ["{ name: ID }", '4:13 Id "ID" is among the features'],
    ["prediction", '4:5 Feature "prediction" has the name of an answer of the model'],
  ])("refuses the entry %s", (entry, message) => {
    const error = failure(`{task: regression, target: y,\nid: ID, features: [\n\n    ${entry}\n]}\n`);
    expect(error.message).toBe(`features.yaml:${message}`);
    expect(error.exitCode).toBe(ExitCode.input);
  });

  test.each([
    ["", "1:1 The file is empty"],
    ["- a\n- b\n", "1:1 Expected the file to be a map with the keys task, target, id, features, not a list"],
    ["# nothing\n", "1:1 Expected the file to be a map with the keys task, target, id, features, not null"],
    ["task: regression\ntarget: y\n", '1:1 Missing key "features"'],
    [
      "task: regression\ntarget: y\nfeatures: []\n",
      "3:11 Expected features to be a list that is not empty, not an empty list",
    ],
    [
      "task: regression\ntarget: y\nfeatures: {a: 1}\n",
      "3:11 Expected features to be a list that is not empty, not a map",
    ],
    [
      "task: regression\ntarget: y\nfeature: [a]\nfeatures: [a]\n",
      '3:1 Unknown key "feature"; did you mean "features"?',
    ],
    [
      "task: Regresion\ntarget: y\nfeatures: [a]\n",
      '1:7 Expected task to be one of "classification", "regression", not "Regresion"; did you mean "regression"?',
    ],
    ["task: regression\ntarget: y\nid: y\nfeatures: [a]\n", '3:5 Id "y" is the target as well'],
    [
      "task: regression\ntarget: y\nfeatures:\n- a\n- b\n- name: a\n",
      '6:9 Feature "a" is there twice, first on line 4',
    ],
    ["task: regression\ntarget: y\nfeatures:\n\t- a\n", "4:1 Indented by a tab; use spaces"],
  ])("refuses the file %j", (text, message) => {
    const error = failure(text);
    expect(error.message).toBe(`features.yaml:${message}`);
    expect(error.hint).toBe(
      'Give "task", "target" and, under "features", entries such as { name: height, type: number }.',
    );
  });

  test("reports what breaks the schema and what contradicts itself together", () => {
    const text =
      "task: regression\ntarget: b\nfeatures:\n  - {name: a, min: 2, max: 1}\n  - {name: b, mim: 1}\n  - a\n";
    expect(failure(text).message).toBe(
      [
        "4 problems in features.yaml",
        '  features.yaml:4:20  Expected min of "a" to be at most its max 1, not 2',
        '  features.yaml:5:12  Target "b" is among the features',
        '  features.yaml:5:15  Unknown key "features[1].mim"; did you mean "min"?',
        '  features.yaml:6:5   Feature "a" is there twice, first on line 4',
      ].join("\n"),
    );
  });

  test("reads 10000 values of a category", () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `v${index}`);
    const text = `task: regression\ntarget: y\nfeatures: [{name: a, type: category, values: [${values.join(", ")}]}]\n`;
    expect(parseFeatures(text, "features.yaml").features[0]?.values).toEqual(values);
  });
});
