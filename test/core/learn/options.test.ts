import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { RandomForestClassifier } from "../../../core/learn/ensemble/random-forest-classifier.ts";
import { readOptions } from "../../../core/learn/options.ts";
import { failure } from "../../support/failure.ts";

const schema = Type.Object(
  {
    alpha: Type.Number({ default: 1, description: "a number" }),
    maxDepth: Type.Union([Type.Integer(), Type.Null()], { default: null }),
  },
  { additionalProperties: false },
);

test("readOptions() fills in the defaults, also of an option that is there and undefined", () => {
  expect(readOptions("Model", schema, {})).toEqual({ alpha: 1, maxDepth: null });
  const given: Record<string, unknown> = { alpha: undefined, maxDepth: undefined };
  expect(readOptions("Model", schema, given)).toEqual({ alpha: 1, maxDepth: null });
});

test("A randomState of undefined is the project's seed", () => {
  const given: Record<string, unknown> = { randomState: undefined };
  const { params } = new RandomForestClassifier(given);
  expect(params.randomState).toBe(0);
});

test.each<[unknown, string]>([
  [0.5, "Model cannot take 0.5 as its options"],
  ["alpha", 'Model cannot take "alpha" as its options'],
  [null, "Model cannot take null as its options"],
  [[0.5], "Model cannot take 0.5 as its options"],
])("readOptions() refuses %p", async (given, message) => {
  const error = await failure(() => Reflect.apply(readOptions, undefined, ["Model", schema, given]));
  expect(error.message).toBe(message);
  expect(error.hint).toBe("Write them by name, such as { alpha: … }.");
});
