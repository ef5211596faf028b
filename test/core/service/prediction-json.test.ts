import { expect, test } from "bun:test";
import { shortestFloat32 } from "../../../core/features/shortest-float32.ts";
import { seededRandom } from "../../../core/learn/random.ts";
import { predictionWriter, probabilityWriter } from "../../../core/service/prediction-json.ts";

test("predictionWriter() writes classes, whatever their names", () => {
  const write = predictionWriter({ task: "classification", classes: ['a "b"', "ü"] });
  expect(text(write(Float32Array.of(1, 0, 0, 1)))).toBe('[{"class_name":"a \\"b\\""},{"class_name":"ü"}]');
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
  [-2.5, "-2.5"],
  [1e-6, "0.000001"],
  [9.5e6, "9500000"],
  [3.4e38, "3.4e+38"],
  [2 ** -149, "1e-45"],
])("predictionWriter() writes the float32 of %p as %s", (value, decimal) => {
  expect(text(writeNumbers(Float32Array.of(value)))).toBe(`[{"prediction":${decimal}}]`);
});

test("probabilityWriter() writes decimals that read back as the same float32", () => {
  const random = seededRandom(1);
  const probabilities = Float32Array.from({ length: 3000 }, (_, index) => random() ** (1 + (index % 9)));
  const write = probabilityWriter(["a", "b", "c"]);
  const json = text(write(probabilities));
  const rows: { class_names: string[]; probabilities: number[] }[] = JSON.parse(json);
  expect(rows.length).toBe(1000);
  expect(rows[999]?.class_names).toEqual(["a", "b", "c"]);
  expect(Float32Array.from(rows.flatMap((row) => row.probabilities))).toEqual(probabilities);
  expect(json).not.toMatch(/[1-9]\d{9}/);
});

test("predictionWriter() writes the shortest decimal of any float32", () => {
  const random = seededRandom(2);
  const values = Float32Array.from({ length: 20_000 }, () => (random() - 0.5) * 10 ** (random() * 76 - 38));
  const rows: { prediction: number }[] = JSON.parse(text(writeNumbers(values)));
  // The other way to the same digits: longer and longer ones until they read back.
  expect(rows.map(({ prediction }) => prediction)).toEqual(Array.from(values, shortestFloat32));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("the writers of numbers refuse to write %p", (value) => {
  expect(() => writeNumbers(Float32Array.of(1, value))).toThrow(RangeError);
  expect(() => probabilityWriter(["a", "b"])(Float32Array.of(1, value))).toThrow(RangeError);
});

const writeNumbers = predictionWriter({ task: "regression", classes: [] });

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
