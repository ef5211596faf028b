import { f64x2, get, i32, set, v128, type WasmFunction, whileLoop } from "../../web-assembly.ts";

/** `RowKernels.square`: row after row, column after column, up to the pair that the column is in. */
export const square = squareKernel();

function squareKernel(): WasmFunction {
  const [rows, nRows, width, padded, shifts, weights, sums] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [into, own, column] = [7, 8, 9] as const;
  const [weight, factor] = [10, 11] as const;
  const inRow = (at: number) => [i32.add(get(rows), get(at))];
  const inShifts = (at: number) => [i32.add(get(shifts), get(at))];
  const ownValue = f64x2.sub(v128.load64Splat(inRow(own)), v128.load64Splat(inShifts(own)));
  const value = f64x2.sub(v128.load(inRow(column)), v128.load(inShifts(column)));
  const sum = i32.add(get(into), get(column));
  return {
    name: "square",
    parameters: Array<"i32">(7).fill("i32"),
    locals: ["i32", "i32", "i32", "v128", "v128"],
    body: [
      whileLoop(get(nRows), [
        set(weight, v128.load64Splat([get(weights)])),
        set(into, get(sums)),
        set(own, i32.const(0)),
        whileLoop(i32.ltU(get(own), get(width)), [
          set(factor, f64x2.mul(get(weight), ownValue)),
          set(column, i32.const(0)),
          whileLoop(i32.geS(get(own), get(column)), [
            v128.store([sum, f64x2.add(v128.load([sum]), f64x2.mul(get(factor), value))]),
            set(column, i32.add(get(column), i32.const(16))),
          ]),
          set(into, i32.add(get(into), get(padded))),
          set(own, i32.add(get(own), i32.const(8))),
        ]),
        set(rows, i32.add(get(rows), get(width))),
        set(weights, i32.add(get(weights), i32.const(8))),
        set(nRows, i32.sub(get(nRows), i32.const(1))),
      ]),
    ],
  };
}
