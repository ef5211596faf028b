import { describe, expect, test } from "bun:test";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { formFields } from "../../../core/service/form-page/form-field.ts";
import { numberScale } from "../../../core/service/form-page/number-scale.ts";
import { everyTypeCard } from "../../support/every-type-model.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";

describe("formFields()", () => {
  const byName = new Map(formFields(everyTypeCard).map((field) => [field.name, field]));

  test("asks for a number between its bounds, with a slider over the training rows", () => {
    expect(byName.get("size")).toEqual({
      kind: "number",
      name: "size",
      type: "number",
      nullable: false,
      notes: ["cm", "0 to 100"],
      examples: [2.5, 4.25],
      min: 0,
      max: 100,
      scale: { low: 1.2, high: 8.7, step: 0.01, learned: true },
    });
  });

  test("asks for a whole number, without a slider where there was but one value", () => {
    expect(byName.get("count")).toEqual({
      kind: "number",
      name: "count",
      type: "integer",
      nullable: true,
      notes: ["a whole number", "may stay empty"],
      examples: [3, null],
      min: undefined,
      max: undefined,
      scale: undefined,
    });
  });

  test("asks yes or no for a boolean", () => {
    expect(byName.get("sold")).toEqual({
      kind: "buttons",
      name: "sold",
      type: "boolean",
      nullable: false,
      notes: [],
      examples: [true, false],
      choices: [
        { value: "true", label: "Yes" },
        { value: "false", label: "No" },
      ],
    });
  });

  test("shows up to four choices of a category side by side, and that it need not be known", () => {
    expect(byName.get("colour")).toEqual({
      kind: "buttons",
      name: "colour",
      type: "category",
      nullable: true,
      notes: [],
      examples: ["green", null],
      choices: [
        { value: "red", label: "red" },
        { value: "green", label: "green" },
        { value: "", label: "Not known" },
      ],
    });
  });

  test("shows more choices in a menu", () => {
    expect(byName.get("month")).toEqual({
      kind: "menu",
      name: "month",
      type: "category",
      nullable: false,
      notes: [],
      examples: ["Feb", "May"],
      choices: ["Jan", "Feb", "Mar", "Apr", "May"].map((value) => ({ value, label: value })),
    });
  });

  test("asks for text", () => {
    expect(byName.get("note")).toEqual({
      kind: "text",
      name: "note",
      type: "string",
      nullable: true,
      notes: ["whatever is known", "may stay empty"],
      examples: ["old", null],
    });
  });

  test("asks for the features in their order, and not for the id", () => {
    expect(fixedCard.id_name).toBe("ID");
    expect([...byName.keys()]).toEqual(["size", "count", "sold", "colour", "month", "note"]);
  });

  test.each([
    [{ min: 0 }, "at least 0"],
    [{ max: 9.5 }, "at most 9.5"],
    [{ min: -1, max: 1 }, "-1 to 1"],
  ])("tells the bounds %j", (bounds, note) => {
    const features: Feature[] = [{ name: "x", type: "number", nullable: false, ...bounds }];
    expect(formFields({ ...everyTypeCard, features })[0]?.notes).toEqual([note]);
  });

  test("takes nothing that objects inherit for a value or a baseline", () => {
    const features: Feature[] = [{ name: "constructor", type: "number", nullable: false }];
    expect(formFields({ ...everyTypeCard, features })[0]).toMatchObject({
      examples: [null, null],
      scale: undefined,
    });
  });
});

describe("numberScale()", () => {
  const x: Feature = { name: "x", type: "number", nullable: false };
  const seen = (low: number, high: number) =>
    ({ kind: "number", edges: [low, high], counts: [9], missing: 0 }) as const;

  test("steps as finely as the samples are written", () => {
    expect(numberScale(x, seen(4, 8), [5.1, 6])).toEqual({ low: 4, high: 8, step: 0.1, learned: true });
  });

  test("has at least 20 steps", () => {
    // 1 / 20 = 0.05: the power of ten below it.
    expect(numberScale(x, seen(0, 1), [0, 1])?.step).toBe(0.01);
  });

  test("has at most 1000 steps, and ends on one", () => {
    // 123456 / 1000 = 123.456: the power of ten above it.
    expect(numberScale(x, seen(7, 123463), [0.25])).toEqual({
      low: 0,
      high: 124000,
      step: 1000,
      learned: true,
    });
  });

  test("steps by whole numbers through those of an integer", () => {
    expect(numberScale({ ...x, type: "integer" }, seen(1, 3), [2])?.step).toBe(1);
  });

  test("reads the decimals of a number with an exponent", () => {
    // 5e-7 is written with 7 digits after the point; 1e-5 / 20 = 5e-7 allows no coarser step than 1e-7.
    expect(numberScale(x, seen(0, Math.fround(1e-5)), [5e-7])).toEqual({
      low: 0,
      high: 1e-5,
      step: 1e-7,
      learned: true,
    });
  });

  test("spans the bounds where the training rows are not known", () => {
    expect(numberScale({ ...x, min: 0, max: 50 }, undefined, [])).toEqual({
      low: 0,
      high: 50,
      step: 1,
      learned: false,
    });
  });

  test("is not there where nothing bounds the values", () => {
    expect(numberScale({ ...x, min: 0 }, undefined, [])).toBeUndefined();
    expect(numberScale(x, { kind: "number", edges: [], counts: [], missing: 9 }, [])).toBeUndefined();
  });
});
