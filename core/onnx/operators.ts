import { arithmetic, type Numbers, type Sign } from "./arithmetic.ts";
import { labelEncoder } from "./label-encoder.ts";
import type { NodeDescription } from "./read-graph.ts";
import { type Column, emptyLike, isText, numbersOf, type Tensor } from "./tensor.ts";

/** Applies a node to its inputs. */
export type Operation = (inputs: readonly Tensor[]) => Tensor;

/**
 * What each operator does that mlt's own graphs are made of.
 *
 * @throws {RangeError} for another operator, or one with attributes that mlt does not write
 * @see https://onnx.ai/onnx/operators (opset 17, ai.onnx.ml 3)
 */
export function operationOf(node: NodeDescription): Operation {
  const make = operators.get(node.op);
  if (make === undefined) throw new RangeError(`There is no operator ${node.op}`);
  return make(node);
}

const operators = new Map<string, (node: NodeDescription) => Operation>([
  [
    "Identity",
    () =>
      ([x]) =>
        need(x),
  ],
  ["Cast", castOperation],
  ["Add", () => signed("+")],
  ["Sub", () => signed("-")],
  ["Mul", () => signed("*")],
  ["Div", () => signed("/")],
  ["Log", () => changing(Math.log)],
  [
    "Clip",
    () =>
      ([x, low, high]) =>
        clip(need(x), need(low), need(high)),
  ],
  ["Equal", () => signed("=")],
  ["IsNaN", () => changing((value) => (Number.isNaN(value) ? 1 : 0))],
  [
    "Where",
    () =>
      ([condition, x, y]) =>
        where(need(condition), need(x), need(y)),
  ],
  [
    "MatMul",
    () =>
      ([a, b]) =>
        matMul(need(a), need(b)),
  ],
  ["Softmax", (node) => alongColumns(node, softmax)],
  ["ArgMax", (node) => alongColumns(node, argMax)],
  ["Gather", gatherOperation],
  ["Concat", () => concat],
  [
    "Shape",
    () =>
      ([x]) =>
        rowOf([need(x).nRows, need(x).columns.length]),
  ],
  [
    "Expand",
    () =>
      ([x, shape]) =>
        expand(need(x), need(shape)),
  ],
  [
    "LabelEncoder",
    (node) => {
      const encode = labelEncoder(node);
      return ([x]) => ({ nRows: need(x).nRows, columns: need(x).columns.map(encode) });
    },
  ],
]);

function need(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new RangeError("An operator lacks an input");
  return tensor;
}

function rowOf(numbers: readonly number[]): Tensor {
  return { nRows: 1, columns: numbers.map((number) => Float64Array.of(number)) };
}

function intAttribute({ attributes }: NodeDescription, name: string): number | undefined {
  const attribute = attributes[name];
  return attribute !== undefined && "int" in attribute ? attribute.int : undefined;
}

function alongColumns(node: NodeDescription, operation: (x: Tensor) => Tensor): Operation {
  if (intAttribute(node, "axis") !== 1) throw new RangeError(`${node.op} is not along the columns`);
  return ([x]) => operation(need(x));
}

function castOperation(node: NodeDescription): Operation {
  switch (intAttribute(node, "to")) {
    case 1:
      return ([x]) => ({ ...need(x), columns: need(x).columns.map((c) => new Float32Array(numbersOf(c))) });
    case 9:
      return changing((value) => (value === 0 ? 0 : 1));
    case 11:
      return ([x]) => ({ ...need(x), columns: need(x).columns.map((c) => new Float64Array(numbersOf(c))) });
    default:
      throw new RangeError("Cast is to a type that is not known");
  }
}

function changing(change: (value: number) => number): Operation {
  return ([x]) => {
    const { nRows, columns } = need(x);
    return { nRows, columns: columns.map((column) => Float64Array.from(numbersOf(column), change)) };
  };
}

/** Between two numbers; NaN stays NaN. */
function clip(x: Tensor, low: Tensor, high: Tensor): Tensor {
  const [least = 0, most = 0] = [low, high].map((end) => numbersOf(end.columns[0])[0]);
  return changing((value) => Math.min(Math.max(value, least), most))([x]);
}

/** The size that two sizes have in common, where 1 fits any. */
function common(...sizes: readonly number[]): number {
  const size = sizes.find((each) => each !== 1) ?? 1;
  if (sizes.every((each) => each === 1 || each === size)) return size;
  throw new RangeError("Operands do not fit each other");
}

function columnAt({ columns }: Tensor, index: number): Column | undefined {
  return columns.length === 1 ? columns[0] : columns[index];
}

function signed(sign: Sign): Operation {
  return ([left, right]) => {
    const [a, b] = [need(left), need(right)];
    const nRows = common(a.nRows, b.nRows);
    const nColumns = common(a.columns.length, b.columns.length);
    const columns = new Array<Column>(nColumns);
    for (let index = 0; index < nColumns; index++) {
      columns[index] = arithmetic(sign, numbersOf(columnAt(a, index)), numbersOf(columnAt(b, index)));
    }
    return { nRows, columns };
  };
}

function where(condition: Tensor, x: Tensor, y: Tensor): Tensor {
  const nRows = common(condition.nRows, x.nRows, y.nRows);
  const nColumns = common(condition.columns.length, x.columns.length, y.columns.length);
  const columns = Array.from({ length: nColumns }, (_, index): Column => {
    const truths = numbersOf(columnAt(condition, index));
    const [left = [], right = []] = [columnAt(x, index), columnAt(y, index)];
    const places = Array.from({ length: nRows }, (_, row) => ({
      from: truths[truths.length === 1 ? 0 : row] === 1 ? left : right,
      row,
    }));
    const pick = ({ from, row }: (typeof places)[number]) => from[from.length === 1 ? 0 : row];
    if (isText(left)) return places.map((place) => String(pick(place) ?? ""));
    return Float64Array.from(places, (place) => Number(pick(place)));
  });
  return { nRows, columns };
}

function matMul(a: Tensor, b: Tensor): Tensor {
  if (a.columns.length !== b.nRows) {
    throw new RangeError(`Cannot multiply ${a.columns.length} columns by ${b.nRows} rows`);
  }
  const inputs = a.columns.map(numbersOf);
  const columns = b.columns.map((column) => {
    const weights = numbersOf(column);
    const sums = emptyLike(inputs[0] ?? weights, a.nRows);
    for (let k = 0; k < weights.length; k += 4) addFour(sums, inputs, weights, k);
    return sums;
  });
  return { nRows: a.nRows, columns };
}

/** Adds up to four columns from the k-th on, each times its weight: in one pass, as most of a pass is to read and write the sums. */
function addFour(sums: Numbers, inputs: readonly Numbers[], weights: Numbers, k: number): void {
  const [p, q, r, s] = [inputs[k], inputs[k + 1], inputs[k + 2], inputs[k + 3]];
  if (p === undefined || q === undefined || r === undefined || s === undefined) {
    for (let index = k; index < inputs.length; index++)
      addScaled(sums, inputs[index] ?? sums, weights[index] ?? 0);
    return;
  }
  const [a = 0, b = 0, c = 0, d = 0] = weights.subarray(k, k + 4);
  for (let row = 0; row < sums.length; row++) {
    const first = (sums[row] ?? 0) + a * (p[row] ?? 0) + b * (q[row] ?? 0);
    sums[row] = first + c * (r[row] ?? 0) + d * (s[row] ?? 0);
  }
}

function addScaled(sums: Numbers, x: Numbers, weight: number): void {
  for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] ?? 0) + weight * (x[row] ?? 0);
}

/** Less the largest score of a row, so that no power overflows. */
function softmax({ nRows, columns }: Tensor): Tensor {
  const scores = columns.map(numbersOf);
  const most = emptyLike(numbersOf(columns[0]), nRows).fill(Number.NEGATIVE_INFINITY);
  for (const column of scores) {
    for (let row = 0; row < nRows; row++) most[row] = Math.max(most[row] ?? 0, column[row] ?? 0);
  }
  const sums = emptyLike(most, nRows);
  const powers = scores.map((column) => {
    const power = emptyLike(most, nRows);
    for (let row = 0; row < nRows; row++) power[row] = Math.exp((column[row] ?? 0) - (most[row] ?? 0));
    addScaled(sums, power, 1);
    return power;
  });
  return { nRows, columns: powers.map((power) => arithmetic("/", power, sums)) };
}

/** The first of equals, as ONNX has it. */
function argMax({ nRows, columns }: Tensor): Tensor {
  const scores = columns.map(numbersOf);
  const best = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    let most = scores[0]?.[row] ?? 0;
    for (let k = 1; k < scores.length; k++) {
      const score = scores[k]?.[row] ?? 0;
      if (score > most) {
        most = score;
        best[row] = k;
      }
    }
  }
  return { nRows, columns: [best] };
}

function gatherOperation(node: NodeDescription): Operation {
  const axis = intAttribute(node, "axis") ?? 0;
  return ([data, indices]) => {
    const [x, at] = [need(data), need(indices)];
    // Along the first axis of a vector, or the second of a matrix: both are its columns.
    if (axis !== 1 && x.nRows !== 1) throw new RangeError(`Gather is along axis ${axis}`);
    if (at.nRows === 1) {
      const columns = at.columns.map((place) => columnOf(x, numbersOf(place)[0]));
      return { nRows: x.nRows, columns };
    }
    const places = numbersOf(at.columns[0]);
    return { nRows: at.nRows, columns: [pickValues(x, places)] };
  };
}

function columnOf({ columns }: Tensor, index: number | undefined): Column {
  const column = columns[index ?? -1];
  if (column === undefined) throw new RangeError(`There is no column ${index}`);
  return column;
}

/** One value of a vector for each place. */
function pickValues({ columns }: Tensor, places: Float32Array | Float64Array): Column {
  if (columns.every(isText)) {
    const texts = columns.map((column) => column[0] ?? "");
    return Array.from(places, (place) => texts[place] ?? "");
  }
  const numbers = columns.map((column) => numbersOf(column)[0] ?? Number.NaN);
  return Float64Array.from(places, (place) => numbers[place] ?? Number.NaN);
}

/** Along the first axis of vectors, or the second of matrices: both are their columns. */
function concat(inputs: readonly Tensor[]): Tensor {
  const nRows = common(...inputs.map((input) => input.nRows));
  return { nRows, columns: inputs.flatMap(({ columns }) => columns) };
}

function expand(x: Tensor, shape: Tensor): Tensor {
  const nRows = numbersOf(columnOf(shape, 0))[0] ?? 0;
  const columns = x.columns.map((column) => new Float64Array(nRows).fill(numbersOf(column)[0] ?? 0));
  return { nRows, columns };
}
