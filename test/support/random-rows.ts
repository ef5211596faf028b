import type { Feature, FeatureSpec, FeatureType } from "../../core/features/feature-spec.ts";
import { featureTypes } from "../../core/features/feature-spec.ts";
import type { Chooser } from "./chooser.ts";

/** Prefixes of each other, names that every object seems to have, and such as JSON or UTF-8 writes in several ways. */
const names = [
  ...[
    "a",
    "ab",
    "abc",
    "a b",
    " a",
    "é",
    "é́",
    "名前",
    "🦉",
    "\u{10ffff}",
    "\u2028",
    "\ufeff",
    "\ufeffa",
    "ÿ",
    "\x7f",
  ],
  ...["__proto__", "constructor", "toString", "length", "null", "true", "1", "x".repeat(70), "é".repeat(70)],
  ...['a"', 'a"b', '"', '":', "a\\", "a\\b", "\\", "\\u0061", "a/b", "a\nb", "\u0000", "\ud800"],
] as const;

/** Texts that JSON writes as they are. */
const plainTexts = [
  "a",
  "A",
  "é",
  "名",
  "🦉",
  "x".repeat(49),
  "x".repeat(50),
  "x".repeat(51),
  "é".repeat(60),
  "{",
  "]",
  ":",
  ",",
  "null",
  "1",
  "\x7f",
  "\ufeffa",
  "a\ufeff",
  "\ufeff",
  "\u2028",
  " ",
  "'",
  "/",
  "\u0080",
  "\uffff",
] as const;
const escapedTexts = ['"', "\\", "\n", "\u0000", "a\\", '\\"', "\ud800", "a\udc00b", "\t"] as const;

/** One to five features of any type, under any names; sometimes with an id. */
export function randomSpec(choose: Chooser): Pick<FeatureSpec, "features" | "id"> {
  const [id = "id", ...rest] = choose.shuffled(names);
  const features = rest.slice(0, 1 + choose.below(5)).map((name) => randomFeature(name, choose));
  return choose.percent(40) ? { features, id } : { features };
}

function randomFeature(name: string, choose: Chooser): Feature {
  const type: FeatureType = choose.of(featureTypes);
  const nullable = choose.percent(40);
  if (type === "category") {
    const texts = choose.percent(80) ? plainTexts : [...plainTexts, ...escapedTexts];
    return { name, type, nullable, values: choose.shuffled(texts).slice(0, 1 + choose.below(4)) };
  }
  if (type === "boolean" || type === "string") return { name, type, nullable };
  const min = choose.of([undefined, undefined, -5, 0, 0.1, -1e300]);
  const max = choose.of([undefined, undefined, 5, 0.5, 1e16, 1e300]);
  return {
    name,
    type,
    nullable,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** A value that a request may send for the feature, and that JSON writes without an escape; nothing where there is none. */
export function plainValue(feature: Feature, choose: Chooser): number | string | boolean | null | undefined {
  if (feature.nullable && choose.percent(25)) return null;
  switch (feature.type) {
    case "boolean":
      return choose.percent(50);
    case "string":
      return choose.of(plainTexts);
    case "category":
      return choose.shuffled(feature.values ?? []).find((value) => plainTexts.some((text) => text === value));
    case "integer":
      return choose.shuffled(sizes.filter(Number.isInteger)).find((size) => isWithin(size, feature));
    case "number":
      return choose.shuffled(sizes).find((size) => isWithin(size, feature));
  }
}

const sizes = [0, 1, 3, 5, -2, 0.25, 0.1 + 0.2, 1e-7, 123456.789, 2 ** 53, 1e21, -1e30];

function isWithin(size: number, { min = -Infinity, max = Infinity }: Feature): boolean {
  return size >= min && size <= max;
}

/** Texts that stand where a value should: right and unusual, wrong, or no JSON. */
const tokens = [
  "1e5",
  "-0",
  "0",
  "1E+2",
  "1e-2",
  "0.1e1",
  "-1.5",
  "123456789012345678",
  "0.1234567890123456789",
  "1e999",
  "-1e39",
  "3.4028235677973362e38",
  "3.4028235677973366e38",
  "1e-400",
  "01",
  "-01",
  "+1",
  ".5",
  "1.",
  "-",
  "--1",
  "1e",
  "1e+",
  "1.5.2",
  "0x1",
  "1_0",
  "NaN",
  "Infinity",
  "-Infinity",
  "9007199254740991",
  "9007199254740993",
  "null",
  "nul",
  "nulll",
  "true",
  "tru",
  "truee",
  "false",
  "fals",
  "True",
  "None",
  "{}",
  "[]",
  '{"a":1}',
  "[1]",
  '""',
  '"a"',
  '"\\u0061"',
  '"\\n"',
  '"\\ud83e\\udd89"',
  '"\\ud800"',
  '"\\q"',
  '"\\u00"',
  '"a',
  "'a'",
  '"a\nb"',
  '"\ta"',
  '"\ufeffa"',
  '"🦉"',
  "",
  " ",
  "1 2",
  "1,",
  ",1",
  '"a":1',
] as const;

/** Body of one to four rows, mostly right, in the ways in which programs write JSON and in those in which they should not. */
export function randomBody({ features, id }: Pick<FeatureSpec, "features" | "id">, choose: Chooser): string {
  const [comma, colon] = choose.of([
    [",", ":"],
    [",", ":"],
    [", ", ": "],
    [",\n  ", ": "],
    [" \t,\r\n", "\n:\t"],
  ] as const);
  const isExotic = choose.percent(50);
  const valueText = (value: unknown) =>
    isExotic && choose.percent(15) ? choose.of(tokens) : (JSON.stringify(value) ?? "null");
  const keyText = (name: string) =>
    isExotic && choose.percent(5) ? choose.of([escaped(name), `"${name}"`, name]) : JSON.stringify(name);
  const rows = Array.from({ length: 1 + choose.below(4) }, () => {
    const fields = features.map(
      (feature) => `${keyText(feature.name)}${colon}${valueText(plainValue(feature, choose))}`,
    );
    if (id !== undefined && choose.percent(70))
      fields.push(`${keyText(id)}${colon}${valueText(choose.of(["x", 7, 2.5, "é"]))}`);
    if (isExotic && choose.percent(5))
      fields.push(choose.of([fields[0] ?? "", '"other":1', '"__proto__":{}', ""]));
    if (isExotic && choose.percent(5)) fields.splice(choose.below(fields.length), 1);
    return `{${(choose.percent(40) ? choose.shuffled(fields) : fields).join(comma)}}`;
  });
  return `[${rows.join(comma)}]`;
}

function escaped(name: string): string {
  return `"${Array.from({ length: name.length }, (_, at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;
}

const bytesOfMarks = new TextEncoder().encode('[]{},:"\\ \n\t\r\0-+.eE0159anulltruefals');

/** The bytes with one thing changed: cut off, one byte gone, another, or one more, something before or behind. */
export function damaged(bytes: Uint8Array, choose: Chooser): Uint8Array {
  const at = choose.below(bytes.length + 1);
  const byte = choose.percent(70)
    ? (bytesOfMarks[choose.below(bytesOfMarks.length)] ?? 0)
    : choose.below(256);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (choose.below(6)) {
    case 0:
      return head;
    case 1:
      return joined(head, tail.subarray(1));
    case 2:
      return joined(head, [byte], tail.subarray(1));
    case 3:
      return joined(head, [byte], tail);
    case 4:
      return joined(choose.of([[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0x20], [0], [0x2c]]), bytes);
    default:
      return joined(
        bytes,
        choose.of([[0], [0x20], [0x5d], [0x2c], [0x7b, 0x7d], [0xef, 0xbb, 0xbf], [0x0a, 0x0c]]),
      );
  }
}

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}
