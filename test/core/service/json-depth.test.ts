import { expect, test } from "bun:test";
import { isDeeperThan } from "../../../core/service/json-depth.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test.each([
  ["", 0],
  ["1", 0],
  ["[]", 1],
  ['[{"a":1},{"b":[]}]', 3],
  ["[[],[],[[]]]", 3],
  // What stands in a text opens nothing.
  ['["[[{{", "\\"[[", "\\\\"]', 1],
  ['{"[":{"\\\\":[1]}}', 3],
  // No JSON: as deep as a parser would have come.
  ["[[[[", 4],
  ["]]]][[", 0],
  ['["[[', 1],
  ['"\\', 0],
])("isDeeperThan() knows the depth of %s", (json, depth) => {
  expect([isDeeperThan(encode(json), depth), depth > 0 && isDeeperThan(encode(json), depth - 1)]).toEqual([
    false,
    depth > 0,
  ]);
});
