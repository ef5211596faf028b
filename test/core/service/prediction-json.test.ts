import { expect, test } from "bun:test";
import { seededRandom } from "../../../core/learn/random.ts";
import { predictionWriter, probabilityWriter } from "../../../core/service/prediction-json.ts";

test("predictionWriter() writes classes, whatever their names", () => {
  const write = predictionWriter(['a "b"', "ü"]);
  const probabilities = Float32Array.of(1, 0, 0, 1);
  expect(write({ task: "classification", labels: ['a "b"', "ü"], probabilities })).toBe(
    '[{"class_name":"a \\"b\\""},{"class_name":"ü"}]',
  );
});

// The digits are those of numpy 2.4.6: [str(np.float32(x)) for x in (0.1, 1/3, 5.1, 1e-7, 16777216, 123456.789, 0)];
// where numpy writes 1e-07, 1.6777216e+07 and 0.0, JSON has JavaScript's notation.
test.each([
  [0.1, "0.1"],
  [1 / 3, "0.33333334"],
  [5.1, "5.1"],
  [1e-7, "1e-7"],
  [16_777_216, "16777216"],
  [123_456.789, "123456.79"],
  [0, "0"],
])("predictionWriter() writes the float32 of %p as %s", (value, text) => {
  const write = predictionWriter([]);
  expect(write({ task: "regression", values: Float32Array.of(value) })).toBe(`[{"prediction":${text}}]`);
});

test("probabilityWriter() writes decimals that read back as the same float32", () => {
  const random = seededRandom(1);
  const probabilities = Float32Array.from({ length: 3000 }, (_, index) => random() ** (1 + (index % 9)));
  const write = probabilityWriter(["a", "b", "c"]);
  const labels = Array<string>(1000).fill("a");
  const text = write({ task: "classification", labels, probabilities });
  const rows: { class_names: string[]; probabilities: number[] }[] = JSON.parse(text);
  expect(rows.length).toBe(1000);
  expect(rows[999]?.class_names).toEqual(["a", "b", "c"]);
  expect(Float32Array.from(rows.flatMap((row) => row.probabilities))).toEqual(probabilities);
  expect(text).not.toMatch(/[1-9]\d{9}/);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("predictionWriter() refuses to write %p", (value) => {
  const predictions = { task: "regression", values: Float32Array.of(1, value) } as const;
  expect(() => predictionWriter([])(predictions)).toThrow(RangeError);
});
