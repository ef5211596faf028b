import {
  type Code,
  get,
  i32,
  i64,
  i64x2,
  ifThen,
  set,
  v128,
  type WasmFunction,
  whileLoop,
} from "../../web-assembly.ts";

/** Bytes of a column's histogram. */
export const histogramBytes = 256 * 16;

/** `TreeKernels.addRows`. */
export const addRows = addRowsKernel();

/** `TreeKernels.subtract`. */
export const subtract = subtractKernel();

/** A row's gradient and hessian are two 32-bit integers. @see Ke et al. (2017), LightGBM, algorithm 1 */
function addRowsKernel(): WasmFunction {
  const [rows, start, end, bins, stride, gradients] = [0, 1, 2, 3, 4, 5] as const;
  const [histogram, from, to, countShift, row, bin] = [6, 7, 8, 9, 10, 11] as const;
  const [last, at, one, sums] = [12, 13, 16, 17] as const;
  const oneRow = i64.shl(i64.const(1), i64.extendU(get(countShift)));
  const ofRow = v128.load64([i32.add(get(gradients), i32.shl(get(row), i32.const(3)))]);
  return {
    name: "addRows",
    parameters: Array(10).fill("i32"),
    locals: ["i32", "i32", "i32", "i32", "i32", "i32", "v128", "v128"],
    body: [
      set(one, i64x2.replaceFirst(i64x2.splat(oneRow), i64.const(0))),
      set(histogram, i32.add(get(histogram), i32.mul(get(from), i32.const(histogramBytes)))),
      set(end, i32.add(get(rows), i32.shl(get(end), i32.const(2)))),
      set(start, i32.add(get(rows), i32.shl(get(start), i32.const(2)))),
      whileLoop(i32.ltU(get(start), get(end)), [
        set(row, i32.load([get(start)])),
        set(start, i32.add(get(start), i32.const(4))),
        set(bin, i32.add(get(bins), i32.mul(get(row), get(stride)))),
        set(last, i32.add(get(bin), get(to))),
        set(bin, i32.add(get(bin), get(from))),
        set(sums, v128.or(i64x2.extendLowS(ofRow), get(one))),
        set(at, get(histogram)),
        ...addToColumns({ bin, last, at, four: 14, place: 15, sums }),
      ]),
    ],
  };
}

type ColumnLocal = "bin" | "last" | "at" | "four" | "place" | "sums";

/** Reads four bins at once, and two if they are left; each is a byte, its sums a multiple of 16 bytes away. */
function addToColumns(local: Readonly<Record<ColumnLocal, number>>): readonly Code[] {
  const { bin, last, at, four, place, sums } = local;
  const distances = [
    i32.shl(get(four), i32.const(4)),
    ...[4, 12, 20].map((bits) => i32.shrU(get(four), i32.const(bits))),
  ];
  const [ofFirst, ofSecond, ofThird, ofFourth] = distances.map((distance, column) => [
    set(place, i32.add(get(at), i32.and(distance, i32.const(0xff0)))),
    v128.store(
      [get(place), i64x2.add(v128.load([get(place)], column * histogramBytes), get(sums))],
      column * histogramBytes,
    ),
  ]);
  const addTwo = [...(ofFirst ?? []), ...(ofSecond ?? [])];
  return [
    whileLoop(i32.ltU(i32.add(get(bin), i32.const(3)), get(last)), [
      set(four, i32.load([get(bin)])),
      ...addTwo,
      ...(ofThird ?? []),
      ...(ofFourth ?? []),
      set(at, i32.add(get(at), i32.const(4 * histogramBytes))),
      set(bin, i32.add(get(bin), i32.const(4))),
    ]),
    ifThen(i32.ltU(get(bin), get(last)), [set(four, i32.load16([get(bin)])), ...addTwo]),
  ];
}

function subtractKernel(): WasmFunction {
  const [from, histogram, end] = [0, 1, 2] as const;
  return {
    name: "subtract",
    parameters: ["i32", "i32", "i32"],
    locals: [],
    body: [
      set(end, i32.add(get(end), get(from))),
      whileLoop(i32.ltU(get(from), get(end)), [
        v128.store([get(from), i64x2.sub(v128.load([get(from)]), v128.load([get(histogram)]))]),
        set(from, i32.add(get(from), i32.const(16))),
        set(histogram, i32.add(get(histogram), i32.const(16))),
      ]),
    ],
  };
}
