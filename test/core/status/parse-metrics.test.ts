import { expect, test } from "bun:test";
import { parseMetrics } from "../../../core/status/parse-metrics.ts";

const sampleOf = (line: string) => {
  const [sample] = parseMetrics(line);
  return sample && [sample.name, Object.fromEntries(sample.labels), sample.value];
};

test.each([
  ["up 1", "up", {}, 1],
  ["up{} 1", "up", {}, 1],
  ['hits_total{route="/a",status="200"} 12', "hits_total", { route: "/a", status: "200" }, 12],
  ['hits{a="1", b="2",} 3', "hits", { a: "1", b: "2" }, 3],
  ["late 5 1700000000000", "late", {}, 5],
  ["small 1.5e-3", "small", {}, 0.0015],
  ["most +Inf", "most", {}, Number.POSITIVE_INFINITY],
  ["none NaN", "none", {}, Number.NaN],
  ['odd{name="a \\"b\\" \\\\ c\\nd"} 1', "odd", { name: 'a "b" \\ c\nd' }, 1],
  ['odd{name="x} 5",other="{"} 2', "odd", { name: "x} 5", other: "{" }, 2],
])("parseMetrics() reads %s", (line, name, labels, value) => {
  expect(sampleOf(line)).toEqual([name, labels, value]);
});

test.each(["", "# HELP up Whether it is up.", "# TYPE up gauge", "<html>", "up", "1up 1"])(
  "parseMetrics() passes over %p",
  (line) => {
    expect(parseMetrics(line)).toEqual([]);
  },
);

test("parseMetrics() keeps the order of the text", () => {
  expect(parseMetrics("a 1\n# a comment\nb 2\nc 3\n").map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
