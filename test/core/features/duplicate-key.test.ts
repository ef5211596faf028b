import { expect, test } from "bun:test";
import { duplicateKey } from "../../../core/features/duplicate-key.ts";

test.each([
  "[]",
  "[{}]",
  '[{"a":1}]',
  '[{"a":1},{"a":2}]',
  '[{"a":1,"A":2,"a ":3}]',
  // What stands in a text is no key.
  '[{"a":"\\"a\\":1,{"},{"a":"a"}]',
  '[{"a":"\\\\","b":"a"}]',
  '[{"a":"a","b":"b"}]',
  '[{"":1," ":2}]',
  '[{"\\u0061":1,"\\\\u0061":2}]',
])("duplicateKey() finds nothing in %s", (json) => {
  expect(duplicateKey(json)).toBeUndefined();
});

test.each([
  ['[{"a":1,"a":1}]', 0, "a"],
  ['[{"a":1,"b":2,"a":3}]', 0, "a"],
  ['[{"a":1},{"b":1,"b":2}]', 1, "b"],
  // The first of two is told.
  ['[{"a":1,"b":2,"b":3,"a":4}]', 0, "b"],
  ['[ {\n"a" : 1 ,\t"a"\r\n: 2 } ]', 0, "a"],
  // Two ways to write one key.
  ['[{"a":1,"\\u0061":2}]', 0, "a"],
  ['[{"\\"":1,"\\u0022":2}]', 0, '"'],
  ['[{"":1,"":2}]', 0, ""],
  ['[{"__proto__":1,"__proto__":2}]', 0, "__proto__"],
  ['[{"🦉":1,"\\ud83e\\udd89":2}]', 0, "🦉"],
  ['[{"a":"\\"","a":1}]', 0, "a"],
  ['[{"a":"{","b":"}"},{"c":":","c":","}]', 1, "c"],
] as const)("duplicateKey() finds the key that stands twice in %s", (json, row, field) => {
  expect(duplicateKey(json)).toEqual({ row, field, code: "duplicate", expected: "one value" });
});

test.each(["x", "\\n", "\\u00e9"])(
  "duplicateKey() reads past a text of ten million characters of %s",
  (part) => {
    const long = part.repeat(10_000_000 / part.length);
    expect(duplicateKey(`[{"a":"${long}","a":1}]`)).toMatchObject({ row: 0, field: "a" });
  },
);
