import { get, i32, memory, set, type WasmFunction, whileLoop } from "../../web-assembly.ts";

/** `TreeKernels.partition`. */
export const partition = partitionKernel();

/** Writes every row to both sides, and moves on where it belongs: no branch to be mispredicted. */
function partitionKernel(): WasmFunction {
  const [rows, start, end, bins, goesLeft, scratch] = [0, 1, 2, 3, 4, 5] as const;
  const [row, isLeft, left, right] = [6, 7, 8, 9] as const;
  return {
    name: "partition",
    parameters: Array(6).fill("i32"),
    locals: ["i32", "i32", "i32", "i32"],
    returns: "i32",
    body: [
      set(end, i32.add(get(rows), i32.shl(get(end), i32.const(2)))),
      set(start, i32.add(get(rows), i32.shl(get(start), i32.const(2)))),
      set(left, get(start)),
      set(right, get(scratch)),
      whileLoop(i32.ltU(get(start), get(end)), [
        set(row, i32.load([get(start)])),
        set(start, i32.add(get(start), i32.const(4))),
        set(isLeft, i32.load8([i32.add(get(goesLeft), i32.load8([i32.add(get(bins), get(row))]))])),
        i32.store([get(left), get(row)]),
        i32.store([get(right), get(row)]),
        set(left, i32.add(get(left), i32.shl(get(isLeft), i32.const(2)))),
        set(right, i32.add(get(right), i32.sub(i32.const(4), i32.shl(get(isLeft), i32.const(2))))),
      ]),
      memory.copy(get(left), get(scratch), i32.sub(get(right), get(scratch))),
      i32.shrU(i32.sub(get(left), get(rows)), i32.const(2)),
    ],
  };
}
