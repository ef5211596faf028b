import {
  type Code,
  f64,
  f64x2,
  get,
  i32,
  i64,
  ifThen,
  set,
  type WasmFunction,
  whileLoop,
} from "../../web-assembly.ts";

/** `TreeKernels.scan`. */
export const scan = scanKernel();

/** @see Chen & Guestrin (2016), XGBoost, equation 7 and algorithm 3 */
function scanKernel(): WasmFunction {
  const [at, end, countShift, gradient, hessian, count, best] = [0, 1, 2, 10, 11, 12, 13] as const;
  const [inBin, both, mask] = [14, 15, 16] as const;
  return {
    name: "scan",
    parameters: [...Array(6).fill("i32"), ...Array(6).fill("f64"), "i32", "f64"],
    locals: ["i32", "i64", "i64", "f64", "v128"],
    returns: "f64",
    body: [
      set(mask, i64.sub(i64.shl(i64.const(1), i64.extendU(get(countShift))), i64.const(1))),
      set(end, i32.add(get(at), i32.shl(get(end), i32.const(4)))),
      whileLoop(i32.ltU(get(at), get(end)), [
        set(both, i64.load([get(at)], 8)),
        set(inBin, i32.wrap(i64.shrU(get(both), i64.extendU(get(countShift))))),
        ifThen(get(inBin), [
          set(count, i32.add(get(count), get(inBin))),
          set(gradient, f64.add(get(gradient), f64.convert(i64.load([get(at)])))),
          set(hessian, f64.add(get(hessian), f64.convert(i64.and(get(both), get(mask))))),
          considerGap(),
        ]),
        set(at, i32.add(get(at), i32.const(16))),
      ]),
      get(best),
    ],
  };
}

/** Keeps the gap behind the bin if it is the best one yet; ends the loop where too much has come to the left. */
function considerGap(): Code {
  const [at, end, found, least, most, minHessian, l2] = [0, 1, 3, 4, 5, 6, 7] as const;
  const [nodeGradient, nodeHessian, gradient, hessian, count, best, gain, sides] = [
    8, 9, 10, 11, 12, 13, 17, 18,
  ] as const;
  const restHessian = f64.sub(get(nodeHessian), get(hessian));
  const rest = f64.sub(get(nodeGradient), get(gradient));
  // One division for both sides.
  const pair = (left: Code, right: Code) => f64x2.replaceSecond(f64x2.splat(left), right);
  const gradients = pair(get(gradient), rest);
  const hessians = pair(get(hessian), restHessian);
  const wide = (value: number) => f64.convert(i64.extendU(get(value)));
  const values = [wide(at), get(gradient), get(hessian), wide(count)];
  const isEnough = i32.and(i32.geS(get(count), get(least)), f64.ge(get(hessian), get(minHessian)));
  const isTooMuch = i32.or(i32.gtS(get(count), get(most)), f64.lt(restHessian, get(minHessian)));
  const keep = [
    set(best, get(gain)),
    ...values.map((value, index) => f64.store([get(found), value], 8 * index)),
  ];
  return ifThen(isEnough, [
    ifThen(
      isTooMuch,
      [set(end, get(at))],
      [
        set(sides, gradients),
        set(sides, f64x2.div(f64x2.mul(get(sides), get(sides)), f64x2.add(hessians, f64x2.splat(get(l2))))),
        set(gain, f64.add(f64x2.first(get(sides)), f64x2.second(get(sides)))),
        ifThen(f64.gt(get(gain), get(best)), keep),
      ],
    ),
  ]);
}
