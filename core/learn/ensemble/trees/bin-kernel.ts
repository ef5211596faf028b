import { type Code, f32, get, i32, ifThen, set, type WasmFunction, whileLoop } from "../../web-assembly.ts";
import { missingBin } from "./bins.ts";

/** `TreeKernels.findBins`: a binary search of eight steps without a branch. */
export const findBins = findBinsKernel();

function findBinsKernel(): WasmFunction {
  const [values, width, nRows, thresholds, byRow, stride, byColumn] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [value, at, bin] = [7, 8, 9] as const;
  const steps = [7, 6, 5, 4, 3, 2, 1, 0];
  return {
    name: "findBins",
    parameters: Array(7).fill("i32"),
    locals: ["f32", "i32", "i32"],
    body: [
      set(width, i32.shl(get(width), i32.const(2))),
      whileLoop(get(nRows), [
        set(value, f32.load([get(values)])),
        set(at, get(thresholds)),
        ...steps.map(searchStep),
        set(bin, i32.shrU(i32.sub(get(at), get(thresholds)), i32.const(2))),
        ifThen(f32.ne(get(value), get(value)), [set(bin, i32.const(missingBin))]),
        i32.store8([get(byRow), get(bin)]),
        i32.store8([get(byColumn), get(bin)]),
        set(values, i32.add(get(values), get(width))),
        set(byRow, i32.add(get(byRow), get(stride))),
        set(byColumn, i32.add(get(byColumn), i32.const(1))),
        set(nRows, i32.sub(get(nRows), i32.const(1))),
      ]),
    ],
  };
}

/** Moves on by 2^k thresholds if the last of them lies below the value. */
function searchStep(k: number): Code {
  const [value, at] = [7, 8] as const;
  const isBelow = f32.gt(get(value), f32.load([get(at)], 4 * (2 ** k - 1)));
  return set(at, i32.add(get(at), i32.shl(isBelow, i32.const(k + 2))));
}
