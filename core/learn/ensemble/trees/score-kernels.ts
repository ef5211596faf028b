import { f64, get, i32, set, type WasmFunction, whileLoop } from "../../web-assembly.ts";

/** `TreeKernels.numberRows`. */
export const numberRows = numberRowsKernel();

/** `TreeKernels.addValue`. */
export const addValue = addValueKernel();

function numberRowsKernel(): WasmFunction {
  const [rows, start, end] = [0, 1, 2] as const;
  return {
    name: "numberRows",
    parameters: ["i32", "i32", "i32"],
    locals: [],
    body: [
      set(rows, i32.add(get(rows), i32.shl(get(start), i32.const(2)))),
      whileLoop(i32.ltU(get(start), get(end)), [
        i32.store([get(rows), get(start)]),
        set(rows, i32.add(get(rows), i32.const(4))),
        set(start, i32.add(get(start), i32.const(1))),
      ]),
    ],
  };
}

function addValueKernel(): WasmFunction {
  const [rows, start, end, scores, value, score] = [0, 1, 2, 3, 4, 5] as const;
  return {
    name: "addValue",
    parameters: ["i32", "i32", "i32", "i32", "f64"],
    locals: ["i32"],
    body: [
      set(end, i32.add(get(rows), i32.shl(get(end), i32.const(2)))),
      set(start, i32.add(get(rows), i32.shl(get(start), i32.const(2)))),
      whileLoop(i32.ltU(get(start), get(end)), [
        set(score, i32.add(get(scores), i32.shl(i32.load([get(start)]), i32.const(3)))),
        f64.store([get(score), f64.add(f64.load([get(score)]), get(value))]),
        set(start, i32.add(get(start), i32.const(4))),
      ]),
    ],
  };
}
