import { describe, expect, test } from "bun:test";
import { shortestFloat32 } from "../../../core/features/shortest-float32.ts";
import { seededRandom } from "../../../core/learn/random.ts";

const bits = new DataView(new ArrayBuffer(4));
function float32(pattern: number): number {
  bits.setUint32(0, pattern);
  return bits.getFloat32(0);
}
const digitsOf = (value: number) => value.toExponential().replace(/e.*$/, "").replace(/\D/g, "").length;

describe("shortestFloat32()", () => {
  test.each([
    [5.1, 5.1],
    [0.1, 0.1],
    [1 / 3, 0.33333334],
    [16_777_216, 16_777_216], // 2^24
    [16_777_217, 16_777_216], // the first integer that float32 cannot hold
    [100, 100],
    [-2.5, -2.5],
    [3.4028235e38, 3.4028235e38], // the largest
    [1.17549435e-38, 1.1754944e-38], // the least that is normal
    [1e-45, 1e-45], // the least there is, 2^-149
    [0, 0],
  ])("of fround(%p) is %p", (value, expected) => {
    expect(shortestFloat32(Math.fround(value))).toBe(expected);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("leaves %p alone", (value) => {
    expect(shortestFloat32(value)).toBe(value);
  });

  test("reads back as the same float32, whatever its bits are, in at most nine digits", () => {
    const random = seededRandom(11);
    for (let round = 0; round < 20_000; round++) {
      const value = float32(Math.floor(random() * 2 ** 32));
      if (Number.isNaN(value)) continue;
      const short = shortestFloat32(value);
      expect(Math.fround(short) + 0).toBe(value + 0);
      if (Number.isFinite(value)) expect(digitsOf(short)).toBeLessThanOrEqual(9);
    }
  });

  test("reads back of every power of two and its neighbours", () => {
    for (let pattern = 0; pattern < 0x7f80_0000; pattern += 0x80_0000) {
      for (const near of [pattern, pattern + 1, Math.max(0, pattern - 1)]) {
        expect(Math.fround(shortestFloat32(float32(near)))).toBe(float32(near));
      }
    }
  });

  test("has no digit to spare: one less does not read back", () => {
    const random = seededRandom(12);
    for (let round = 0; round < 2_000; round++) {
      const value = float32(Math.floor(random() * 2 ** 32));
      if (!Number.isFinite(value)) continue;
      const digits = digitsOf(shortestFloat32(value));
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
    }
  });
});
