import { emptyLike } from "./tensor.ts";

export type Sign = "+" | "-" | "*" | "/" | "=";

export type Numbers = Float32Array | Float64Array;

/** Two columns value by value, either of which may be one value for all rows; equality gives 1 or 0. */
export function arithmetic(sign: Sign, a: Numbers, b: Numbers): Numbers {
  const result = emptyLike(a, a.length === 1 ? b.length : a.length);
  // A step of 0 stays on the one value. One loop a sign: these are the innermost loops of every graph.
  loops[sign](result, a, a.length === 1 ? 0 : 1, b, b.length === 1 ? 0 : 1);
  return result;
}

type Loop = (result: Numbers, a: Numbers, aStep: number, b: Numbers, bStep: number) => void;

const loops: Readonly<Record<Sign, Loop>> = {
  "+": (result, a, aStep, b, bStep) => {
    for (let row = 0; row < result.length; row++) result[row] = (a[row * aStep] ?? 0) + (b[row * bStep] ?? 0);
  },
  "-": (result, a, aStep, b, bStep) => {
    for (let row = 0; row < result.length; row++) result[row] = (a[row * aStep] ?? 0) - (b[row * bStep] ?? 0);
  },
  "*": (result, a, aStep, b, bStep) => {
    for (let row = 0; row < result.length; row++) result[row] = (a[row * aStep] ?? 0) * (b[row * bStep] ?? 0);
  },
  "/": (result, a, aStep, b, bStep) => {
    for (let row = 0; row < result.length; row++) result[row] = (a[row * aStep] ?? 0) / (b[row * bStep] ?? 0);
  },
  "=": (result, a, aStep, b, bStep) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row * aStep] === b[row * bStep] ? 1 : 0;
  },
};
