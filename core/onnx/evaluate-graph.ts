import type { Columns } from "../features/columns.ts";
import type { InferenceSession } from "../ports.ts";
import { linearKernel } from "./linear-kernel.ts";
import type { OnnxTensor } from "./messages.ts";
import { type Operation, operationOf } from "./operators.ts";
import { type GraphDescription, type InputDescription, readGraph } from "./read-graph.ts";
import { type Column, type Tensor, toColumns, toRowMajor } from "./tensor.ts";

/** Numbers in a graph up to which its arithmetic costs less than a call of ONNX Runtime. */
const mostNumbers = 10_000;
/** Bytes that are read to find out what a graph does: those of a forest take longer than ONNX Runtime takes to open it. */
const mostBytes = 2 ** 22;

/**
 * Opens a small graph that mlt wrote, to be evaluated here: a call of ONNX Runtime would cost more than its arithmetic.
 *
 * @returns nothing for a graph of another program, a large one, or one with an operator that is not known here
 */
export function evaluateGraph(onnx: Uint8Array): InferenceSession | undefined {
  if (onnx.length > mostBytes) return undefined;
  let program: Program;
  try {
    program = compile(readGraph(onnx));
  } catch {
    return undefined;
  }
  let open = true;
  return {
    run: async (inputs, outputs) => {
      if (!open) throw new RangeError("The graph is closed");
      return program(inputs, outputs);
    },
    close: () => {
      open = false;
      return Promise.resolve();
    },
  };
}

type Program = (inputs: Columns, outputs: readonly string[]) => Map<string, Float32Array | readonly string[]>;

interface Step {
  readonly operation: Operation;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** Names become places in one list of tensors; an output runs only the steps that lead to it. */
function compile(graph: GraphDescription): Program {
  const places = new Map<string, number>();
  const placeOf = (name: string) => places.get(name) ?? places.set(name, places.size).size - 1;
  const known: Tensor[] = [];
  for (const [name, constant] of graph.constants) known[placeOf(name)] = constantOf(constant);
  const numbers = known.reduce((sum, { nRows, columns }) => sum + nRows * columns.length, 0);
  if (numbers > mostNumbers) throw new RangeError(`The graph holds ${numbers} numbers`);
  const inputs = graph.inputs.map((input) => ({ input, place: placeOf(input.name) }));
  const steps = graph.nodes.map((node): Step => {
    const [output] = node.outputs;
    if (output === undefined || node.outputs.length > 1) throw new RangeError(`${node.op} has no one output`);
    const sources = node.inputs.map((name) => {
      if (!places.has(name)) throw new RangeError(`Nothing gives "${name}"`);
      return placeOf(name);
    });
    return { operation: operationOf(node), inputs: sources, output: placeOf(output) };
  });
  const plans = new Map(graph.outputs.map((name) => [name, stepsTo(placeOf(name), steps)]));
  const kernels = new Map(graph.outputs.map((name) => [name, linearKernel(graph, name)]));
  return (columns, outputs) => {
    let tensors: Tensor[] | undefined;
    const tensorsOf = () => {
      if (tensors !== undefined) return tensors;
      tensors = [...known];
      for (const { input, place } of inputs) tensors[place] = inputTensor(input, columns);
      return tensors;
    };
    const values = (name: string) =>
      kernels.get(name)?.(columns) ?? answer(name, placeOf(name), plans.get(name), tensorsOf());
    return new Map(outputs.map((name) => [name, values(name)]));
  };
}

/** A vector is a row. */
function constantOf(constant: OnnxTensor): Tensor {
  const { shape } = constant;
  if (shape.length > 2) throw new RangeError("A constant has more than two axes");
  const nColumns = shape.at(-1) ?? 1;
  return { nRows: constant.values.length / nColumns, columns: toColumns(valuesOf(constant), nColumns) };
}

function valuesOf(constant: OnnxTensor): Column {
  if (constant.type === "string") return constant.values;
  if (constant.type === "float") return Float32Array.from(constant.values);
  return Float64Array.from(constant.values);
}

function stepsTo(place: number, steps: readonly Step[]): readonly Step[] {
  const wanted = new Set([place]);
  return steps
    .toReversed()
    .filter(({ inputs, output }) => {
      if (!wanted.has(output)) return false;
      for (const input of inputs) wanted.add(input);
      return true;
    })
    .toReversed();
}

function answer(
  name: string,
  place: number,
  plan: readonly Step[] | undefined,
  tensors: Tensor[],
): Float32Array | readonly string[] {
  if (plan === undefined) throw new RangeError(`The graph has no output "${name}"`);
  for (const { operation, inputs, output } of plan) {
    // What two outputs have in common was run for the first.
    tensors[output] ??= operation(inputs.map((input) => tensorAt(tensors, input)));
  }
  const values = toRowMajor(tensorAt(tensors, place));
  if (values instanceof Float64Array) throw new RangeError(`The graph's output "${name}" is not float32`);
  return values;
}

function tensorAt(tensors: readonly Tensor[], place: number): Tensor {
  const tensor = tensors[place];
  if (tensor === undefined) throw new RangeError("A step ran before the one that it needs");
  return tensor;
}

function inputTensor({ name, type, columns }: InputDescription, { nRows, values }: Columns): Tensor {
  const column = values.get(name);
  if (column === undefined) throw new RangeError(`The graph's input "${name}" is missing`);
  if (column instanceof Float32Array !== (type === "float") || column.length !== nRows * columns) {
    throw new RangeError(`The graph's input "${name}" is not ${nRows} rows of ${columns} ${type}`);
  }
  return { nRows, columns: toColumns(column, columns) };
}
