import { expect, test } from "bun:test";
import { jsonOutline } from "../../../core/service/json-outline.ts";

test.each([
  ["", 0, 1],
  ["1", 0, 1],
  ["[]", 1, 1],
  ["[1,2,3]", 1, 3],
  ['[{"a":1,"b":2},{"b":[]}]', 3, 2],
  ["[[],[1,2],[[]]]", 3, 3],
  ['{"a":1,"b":[1,2]}', 2, 1],
  // What stands in a text opens and parts nothing.
  ['["[[{{,", "\\"[[,", "\\\\,"]', 1, 3],
  ['{"[":{"\\\\":[1]}}', 3, 1],
  // No JSON: as much as a parser would have come to.
  ["[[[[", 4, 1],
  ["[1,,", 1, 3],
  ['["[[,', 1, 1],
  ['"\\', 0, 1],
])("jsonOutline() knows depth and length of %s", (json, depth, elements) => {
  expect(jsonOutline(new TextEncoder().encode(json))).toEqual({ depth, elements });
});
