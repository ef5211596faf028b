import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { readText } from "../../../core/config/variables.ts";

const list = Type.Array(Type.String());

test.each([
  [Type.Boolean(), "true", true],
  [Type.Boolean(), " false\n", false],
  [Type.Boolean(), "yes", "yes"],
  [Type.Boolean(), "TRUE", "TRUE"],
  [Type.Integer(), " -7\r", -7],
  [Type.Integer(), "7.", 7],
  [Type.Integer(), "7 8", "7 8"],
  [Type.Number(), "-.5e-1", -0.05],
  [Type.Number(), "", ""],
  [Type.Number(), ".", "."],
  [Type.Number(), "NaN", "NaN"],
  [Type.String(), " 1 ", " 1 "],
  [list, "a", ["a"]],
  [list, " a, b\n\tc,,d \n", ["a", "b", "c", "d"]],
  [list, "", []],
])("readText() reads, for %j, %j as %j", (schema, text, value) => {
  expect(readText(schema, text)).toEqual(value);
});
