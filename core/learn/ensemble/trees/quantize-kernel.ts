import {
  type Code,
  f64x2,
  get,
  i32,
  i32x4,
  ifThen,
  set,
  v128,
  type WasmFunction,
  whileLoop,
} from "../../web-assembly.ts";

/** `TreeKernels.quantize`: two rows at a time. */
export const quantize = quantizeKernel();

function quantizeKernel(): WasmFunction {
  const [gradients, hessians, weights, end, into, gradientScale, hessianScale] = [
    0, 1, 2, 3, 4, 5, 6,
  ] as const;
  const [gradient, hessian, weight] = [7, 8, 9] as const;
  const next = (pointer: number): Code => set(pointer, i32.add(get(pointer), i32.const(16)));
  const rounded = (value: number) => f64x2.toInt32(f64x2.nearest(get(value)));
  const scaled = (pointer: number, scale: number) =>
    f64x2.mul(v128.load([get(pointer)]), f64x2.splat(get(scale)));
  return {
    name: "quantize",
    parameters: ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
    locals: ["v128", "v128", "v128"],
    body: [
      set(end, i32.add(get(gradients), i32.shl(get(end), i32.const(3)))),
      whileLoop(i32.ltU(get(gradients), get(end)), [
        set(gradient, scaled(gradients, gradientScale)),
        set(hessian, scaled(hessians, hessianScale)),
        ifThen(get(weights), [
          set(weight, v128.load([get(weights)])),
          set(gradient, f64x2.mul(get(gradient), get(weight))),
          set(hessian, f64x2.mul(get(hessian), get(weight))),
          next(weights),
        ]),
        v128.store([get(into), i32x4.interleaveLow(rounded(gradient), rounded(hessian))]),
        next(gradients),
        next(hessians),
        next(into),
      ]),
    ],
  };
}
