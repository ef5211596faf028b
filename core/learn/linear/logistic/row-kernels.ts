import {
  f64,
  f64x2,
  get,
  i32,
  set,
  v128,
  type WasmFunction,
  wasmModule,
  whileLoop,
} from "../../web-assembly.ts";
import { square } from "./square-kernel.ts";

/**
 * The loops over the values of a block of rows, four rows at a time, two columns at a time. All positions are bytes;
 * `width` is what one row takes, `padded` is that rounded up to a whole pair: vectors are so long, with zeros behind.
 */
export interface RowKernels {
  /** For each row: constant + the sum of weight × (value - shift). */
  score(
    rows: number,
    nRows: number,
    width: number,
    padded: number,
    shifts: number,
    weights: number,
    scores: number,
    constant: number,
  ): void;
  /** Adds factor × (value - shift) of each row to the sums. */
  add(
    rows: number,
    nRows: number,
    width: number,
    padded: number,
    shifts: number,
    factors: number,
    sums: number,
  ): void;
  /**
   * Adds weight × (value - shift) · (value - shift) of each row to the sums: for one column after the other a vector of
   * all columns, in which those behind the column itself may be left out.
   */
  square(
    rows: number,
    nRows: number,
    width: number,
    padded: number,
    shifts: number,
    weights: number,
    sums: number,
  ): void;
}

const [rows, nRows, width, padded, shifts] = [0, 1, 2, 3, 4] as const;
const four = [0, 1, 2, 3];
const addresses = Array<"i32">(7).fill("i32");

const score: WasmFunction = scoreKernel();
const add: WasmFunction = addKernel();

function scoreKernel(): WasmFunction {
  const [weights, scores, constant, column, at] = [5, 6, 7, 8, 9] as const;
  const sum = (row: number) => 10 + row;
  const [shift, weight] = [14, 15] as const;
  return {
    name: "score",
    parameters: [...addresses, "f64"],
    locals: ["i32", "i32", ...Array<"v128">(6).fill("v128")],
    body: [
      whileLoop(get(nRows), [
        ...four.map((row) => set(sum(row), f64x2.splat(f64.const(0)))),
        set(column, i32.const(0)),
        set(at, get(rows)),
        whileLoop(i32.ltU(get(column), get(padded)), [
          set(shift, v128.load([i32.add(get(shifts), get(column))])),
          set(weight, v128.load([i32.add(get(weights), get(column))])),
          ...four.map((row) => {
            const value = v128.load([inRow(at, row)]);
            const product = f64x2.mul(f64x2.sub(value, get(shift)), get(weight));
            return set(sum(row), f64x2.add(get(sum(row)), product));
          }),
          set(column, i32.add(get(column), i32.const(16))),
          set(at, i32.add(get(at), i32.const(16))),
        ]),
        ...four.map((row) => {
          const total = f64.add(f64x2.first(get(sum(row))), f64x2.second(get(sum(row))));
          return f64.store([get(scores), f64.add(get(constant), total)], 8 * row);
        }),
        ...nextRows(scores),
      ]),
    ],
  };
}

function addKernel(): WasmFunction {
  const [factors, sums, column, at] = [5, 6, 7, 8] as const;
  const factor = (row: number) => 9 + row;
  const shift = 13;
  return {
    name: "add",
    parameters: addresses,
    locals: ["i32", "i32", ...Array<"v128">(5).fill("v128")],
    body: [
      whileLoop(get(nRows), [
        ...four.map((row) => set(factor(row), v128.load64Splat([get(factors)], 8 * row))),
        set(column, i32.const(0)),
        set(at, get(rows)),
        whileLoop(i32.ltU(get(column), get(padded)), [
          set(shift, v128.load([i32.add(get(shifts), get(column))])),
          v128.store([
            i32.add(get(sums), get(column)),
            four.reduce(
              (sum, row) => {
                const value = v128.load([inRow(at, row)]);
                return f64x2.add(sum, f64x2.mul(f64x2.sub(value, get(shift)), get(factor(row))));
              },
              v128.load([i32.add(get(sums), get(column))]),
            ),
          ]),
          set(column, i32.add(get(column), i32.const(16))),
          set(at, i32.add(get(at), i32.const(16))),
        ]),
        ...nextRows(factors),
      ]),
    ],
  };
}

/** The address of the same column, some rows further on. */
function inRow(at: number, row: number) {
  return row === 0 ? get(at) : i32.add(get(at), i32.mul(get(width), i32.const(row)));
}

/** Goes on to the next four rows, and to the doubles that belong to them. */
function nextRows(doubles: number) {
  return [
    set(rows, i32.add(get(rows), i32.shl(get(width), i32.const(2)))),
    set(doubles, i32.add(get(doubles), i32.const(32))),
    set(nRows, i32.sub(get(nRows), i32.const(4))),
  ];
}

/** Makes the kernels for a memory. @throws {RangeError} when the runtime made something else of them */
export function rowKernels(memory: WebAssembly.Memory): RowKernels {
  compiled ??= new WebAssembly.Module(wasmModule([score, add, square]));
  const { exports } = new WebAssembly.Instance(compiled, { kernels: { memory } });
  if (!isKernels(exports)) throw new RangeError("The kernels were compiled to something else");
  return exports;
}

let compiled: WebAssembly.Module | undefined;

function isKernels(exports: unknown): exports is RowKernels {
  return typeof exports === "object" && exports !== null && "score" in exports && "add" in exports;
}
